/** For the tests of this folder: a host in a temporary folder, and clients that share nothing with it. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobRef, Exchange, HttpAnswer, HttpHandler, Json, Listening, RunEvent } from '../../harness/contracts.js';
import { readEvents } from '../../harness/wire/event-log.js';
import { openStandaloneHost, type Host, type StandaloneOptions } from '../../harness/wire/host.js';
import type { WireProblem } from '../../harness/wire/recorder.js';

export interface Bench {
  dir: string;
  host: Host;
  exchanges: Exchange[];
  problems: WireProblem[];
  /** The n-th exchange (from 0), once it is there. */
  exchange(n: number): Promise<Exchange>;
  /** The first problem that matches, once it is there. */
  problem(pattern: RegExp): Promise<WireProblem>;
  bytes(blob: BlobRef | undefined): Promise<Buffer>;
  events(type?: string): Promise<RunEvent[]>;
  listen(handler?: HttpHandler, options?: Partial<Parameters<ReturnType<Host['for']>['listenHttp']>[0]>): Promise<Listening>;
  close(): Promise<void>;
}

export const ok = async (): Promise<HttpAnswer> => ({ status: 200, headers: [['Content-Type', 'text/plain']], body: Buffer.from('ok') });

export async function openBench(options: Partial<StandaloneOptions> = {}): Promise<Bench> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-wire-'));
  const host = await openStandaloneHost({ dir, ...options });
  const exchanges: Exchange[] = [];
  const problems: WireProblem[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => waiting.forEach((one) => one());
  host.onExchange((exchange) => (exchanges.push(exchange), wake()));
  host.onProblem((problem) => (problems.push(problem), wake()));
  const until = async <T>(find: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const again = (): void => {
          waiting.delete(again);
          resolve();
        };
        waiting.add(again);
      });
    }
  };
  return {
    dir,
    host,
    exchanges,
    problems,
    exchange: (n) => until(() => exchanges[n]),
    problem: (pattern) => until(() => problems.find((problem) => pattern.test(problem.what))),
    bytes: async (blob) => {
      if (!blob) throw new Error('no such message');
      const chunks: Uint8Array[] = [];
      for await (const chunk of host.recorder.evidence.read(blob)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    events: async (type) => {
      const all: RunEvent[] = [];
      for await (const event of readEvents(join(dir, 'events.jsonl'))) if (!type || event.type === type) all.push(event);
      return all;
    },
    listen: (handler = ok, listen = {}) => host.for('document-repository').listenHttp({ actor: 'Document Repository', recognise: async () => undefined, ...listen }, handler),
    close: async () => {
      await host.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export const from = (exchange: Exchange, side: 'initiator' | 'responder'): BlobRef | undefined => exchange.messages.find((message) => message.from === side)?.raw;

/** A raw socket: writes each piece in a packet of its own as far as that can be had, and gives all that comes until the peer closes. */
export async function raw(port: number, pieces: (string | Buffer)[], how: { end?: boolean; reset?: boolean; until?: (sofar: Buffer) => boolean; local?: (port: number) => void } = {}): Promise<Buffer> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
  const chunks: Buffer[] = [];
  let check = (): void => undefined;
  const gone = new Promise<void>((resolve) => {
    socket.on('end', () => resolve()).on('close', () => resolve()).on('error', () => resolve());
    check = () => how.until?.(Buffer.concat(chunks)) && resolve();
  });
  socket.on('data', (chunk: Buffer) => (chunks.push(chunk), check()));
  await connected(socket);
  how.local?.(socket.localPort ?? 0);
  for (const piece of pieces) {
    await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (how.reset) {
    // Only once the other side has shown that it read: a reset overtakes what is still in the buffers.
    await new Promise<void>((resolve) => (chunks.length > 0 ? resolve() : socket.once('data', () => resolve())));
    socket.resetAndDestroy();
  }
  if (how.end) socket.end();
  await gone;
  socket.destroy();
  return Buffer.concat(chunks);
}

export const connected = (socket: Socket): Promise<void> => new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));

/** Runs a program; resolves whatever its exit code is. */
export function program(command: string, args: string[], options: { env?: Record<string, string>; cwd?: string } = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, cwd: options.cwd, env: { ...process.env, ...options.env } }, (error, stdout, stderr) =>
      resolve({ code: error ? Number((error as { code?: unknown }).code ?? 1) : 0, stdout, stderr }),
    );
  });
}

export function installed(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export const data = (event: RunEvent | undefined): Record<string, Json> => (event?.data ?? {}) as Record<string, Json>;
