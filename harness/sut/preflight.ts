/**
 * Tells a wrong set-up from a wrong product before a run: names, ports, certificates, AE titles, clocks, our own
 * reachability. Nothing here counts as conformance.
 */
import { lookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as tcpConnect, createServer } from 'node:net';
import { connect as tlsConnect, type TLSSocket } from 'node:tls';
import type { SutDescription } from '../contracts.js';

export interface PreflightLine {
  what: string;
  state: 'ok' | 'warning' | 'wrong';
  detail: string;
  remedy?: string;
}
export interface PreflightOptions {
  /** A C-ECHO to the SUT: undefined when it was answered with status 0000, else why not. */
  echo(to: string, calledAe: string): Promise<string | undefined>;
  signal: AbortSignal;
  timeoutMs?: number;
}

const OID = /^[0-2](\.(0|[1-9]\d*))+$/;
const DAYS_WARNING = 30;
const SKEW_WARNING_MS = 60_000;

export async function* preflight(sut: SutDescription, options: PreflightOptions): AsyncGenerator<PreflightLine, void, void> {
  yield* placeholders(sut);
  yield* oids(sut);
  yield* codes(sut);
  yield await ownListener(sut);
  for (const [system, { endpoints, aeTitles }] of Object.entries(sut.systems)) {
    for (const [name, address] of Object.entries(endpoints)) {
      if (options.signal.aborted) return;
      const what = `${system}.${name} ${address}`;
      if (/^https?:/.test(address)) yield* web(what, address, options.timeoutMs ?? 5_000);
      else yield* dicom(what, address, aeTitles?.[name] ?? aeTitles?.['dicom'] ?? 'ANY-SCP', options);
    }
  }
}

/** What the template left to fill in: a report on "<vendor> <product>" is of no use to anybody. */
function* placeholders(sut: SutDescription): Generator<PreflightLine> {
  const open = Object.entries(sut.product).filter(([, value]) => /^<.*>$/.test(String(value))).map(([name]) => `product.${name}`);
  if (open.length > 0) yield { what: open.join(', '), state: 'wrong', detail: 'still as in the template', remedy: 'write the names and the version that the report is to show' };
}

function* oids(sut: SutDescription): Generator<PreflightLine> {
  const all = [
    ...Object.entries(sut.systems).flatMap(([s, { oids = {} }]) => Object.entries(oids).map(([k, v]) => [`systems.${s}.oids.${k}`, v] as const)),
    ...Object.entries(sut.domain.assigningAuthorities).map(([k, v]) => [`domain.assigningAuthorities.${k}`, v] as const),
  ];
  const bad = all.filter(([, v]) => !OID.test(v) || v.length > 64);
  for (const [name, value] of bad) {
    yield { what: name, state: 'wrong', detail: `${JSON.stringify(value)} is no OID`, remedy: 'digits and dots, no leading zero in a component, at most 64 characters, without urn:oid:' };
  }
  if (bad.length === 0) yield { what: 'OIDs', state: 'ok', detail: `${all.length} well-formed` };
}

function* codes(sut: SutDescription): Generator<PreflightLine> {
  const empty = Object.entries(sut.domain.codes).filter(([, list]) => list.length === 0).map(([name]) => name);
  if (empty.length) yield { what: 'code sets', state: 'warning', detail: `${empty.join(', ')}: nothing prescribed`, remedy: 'requirements on prescribed codes will not apply; name the codes of the affinity domain' };
  else yield { what: 'code sets', state: 'ok', detail: `${Object.keys(sut.domain.codes).length} attributes have prescribed codes` };
}

/** A listener of ours, reached by the address that the SUT is told. From inside it proves less than from the SUT's side, and says so. */
function ownListener(sut: SutDescription): Promise<PreflightLine> {
  const { advertise, bind } = sut.reach;
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.end());
    const done = (state: PreflightLine['state'], detail: string, remedy?: string): void => {
      server.close();
      resolve({ what: `our listeners as ${advertise}`, state, detail, remedy });
    };
    server.once('error', (e) => done('wrong', `cannot listen on ${bind ?? '127.0.0.1'}: ${e.message}`, 'correct reach.bind or reach.ports in the SUT file'));
    server.listen(0, bind ?? '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      const socket = tcpConnect({ host: advertise, port, timeout: 3_000 });
      socket.once('connect', () => {
        socket.destroy();
        done('ok', 'reached from this computer; whether the product reaches it shows in the run');
      });
      const bad = (why: string): void => {
        socket.destroy();
        done('wrong', `not reached: ${why}`, 'reach.advertise must lead to this computer, reach.bind to an interface of it (0.0.0.0 for all)');
      };
      socket.once('error', (e) => bad(e.message));
      socket.once('timeout', () => bad('no answer in 3 s'));
    });
  });
}

async function* web(what: string, address: string, timeoutMs: number): AsyncGenerator<PreflightLine, void, void> {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return yield { what, state: 'wrong', detail: 'not a URL', remedy: 'write it like https://host:port/path' };
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const down = await reach(host, port, timeoutMs);
  if (down) return yield { what, ...down };
  if (url.protocol === 'https:') {
    const tls = await handshake(host, port, timeoutMs);
    yield { what, ...tls };
    if (tls.state === 'wrong') return;
  }
  const skew = await clockSkew(url, timeoutMs);
  if (skew === undefined) yield { what, state: 'ok', detail: `answers on port ${port}` };
  else if (Math.abs(skew) < SKEW_WARNING_MS) yield { what, state: 'ok', detail: `answers on port ${port}, clocks differ by less than a minute` };
  else yield { what, state: 'warning', detail: `its clock differs from ours by ${Math.round(skew / 1000)} s`, remedy: 'set both clocks by NTP: times in metadata and certificates are judged' };
}

async function reach(host: string, port: number, timeoutMs: number): Promise<Omit<PreflightLine, 'what'> | undefined> {
  const named = await lookup(host).catch((e: Error) => e);
  if (named instanceof Error) return { state: 'wrong', detail: `the name ${host} is not known (${(named).message})`, remedy: 'correct the host, or add it to DNS or the hosts file' };
  return new Promise((resolve) => {
    const socket = tcpConnect({ host, port, timeout: timeoutMs });
    const end = (result?: Omit<PreflightLine, 'what'>): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end({ state: 'wrong', detail: `no answer from ${host}:${port} in ${timeoutMs} ms`, remedy: 'a firewall may drop it; is the host right, is the product running?' }));
    socket.once('error', (e: NodeJS.ErrnoException) => end({ state: 'wrong', detail: e.code === 'ECONNREFUSED' ? `${host}:${port} refuses connections` : `${host}:${port}: ${e.message}`, remedy: 'is the product running and the port right?' }));
  });
}

/** Looks at the chain without yet refusing it, so that each of its faults can be named. */
function handshake(host: string, port: number, timeoutMs: number): Promise<Omit<PreflightLine, 'what'>> {
  return new Promise((resolve) => {
    const socket: TLSSocket = tlsConnect({ host, port, servername: /^[\d.:]+$/.test(host) ? undefined : host, rejectUnauthorized: false, timeout: timeoutMs });
    const end = (result: Omit<PreflightLine, 'what'>): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('error', (e: Error) => end({ state: 'wrong', detail: `no TLS: ${e.message}`, remedy: 'does the port speak TLS, and does it ask for a client certificate?' }));
    socket.once('timeout', () => end({ state: 'wrong', detail: 'the TLS handshake did not end in time', remedy: 'does the port speak TLS?' }));
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      const days = (Date.parse(certificate.valid_to) - Date.now()) / 86_400_000;
      if (days < 0) return end({ state: 'wrong', detail: `its certificate expired on ${certificate.valid_to}`, remedy: 'renew it' });
      if (Date.parse(certificate.valid_from) > Date.now()) return end({ state: 'wrong', detail: `its certificate is valid from ${certificate.valid_from} only`, remedy: 'check the clocks' });
      const problem: unknown = socket.authorizationError;
      const why = problem instanceof Error ? problem.message : String(problem);
      if (problem) return end({ state: 'warning', detail: `${socket.getProtocol() ?? 'TLS'}; its certificate is not trusted here: ${why}`, remedy: 'name its authority under systems.*.tls.ca in the SUT file' });
      if (days < DAYS_WARNING) return end({ state: 'warning', detail: `its certificate expires in ${Math.floor(days)} days` });
      end({ state: 'ok', detail: `${socket.getProtocol() ?? 'TLS'}, certificate valid until ${certificate.valid_to}` });
    });
  });
}

function clockSkew(url: URL, timeoutMs: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, { method: 'HEAD', timeout: timeoutMs, rejectUnauthorized: false, agent: false }, (response) => {
      const date = Date.parse(response.headers.date ?? '');
      response.resume();
      request.destroy();
      resolve(Number.isNaN(date) ? undefined : date - Date.now());
    });
    request.once('error', () => resolve(undefined));
    request.once('timeout', () => {
      request.destroy();
      resolve(undefined);
    });
    request.end();
  });
}

async function* dicom(what: string, address: string, aeTitle: string, options: PreflightOptions): AsyncGenerator<PreflightLine, void, void> {
  const found = /^(.+):(\d{1,5})$/.exec(address);
  if (!found) return yield { what, state: 'wrong', detail: 'expected host:port', remedy: 'write it like pacs.example:11112' };
  const down = await reach(found[1] ?? '', Number(found[2]), options.timeoutMs ?? 5_000);
  if (down) return yield { what, ...down };
  const problem = await options.echo(address, aeTitle);
  if (problem) yield { what, state: 'wrong', detail: `C-ECHO to ${aeTitle}: ${problem}`, remedy: 'compare called and calling AE titles, and whether the product knows ours' };
  else yield { what, state: 'ok', detail: `C-ECHO to ${aeTitle} answered with 0000` };
}
