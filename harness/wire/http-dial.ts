/** One HTTP request of ours over a connection of its own: node's client on a teed socket, both directions stored as they went by. */
import { randomUUID } from 'node:crypto';
import { request as nodeRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect as tcpConnect, isIP, type Socket } from 'node:net';
import { connect as tlsConnect, type TLSSocket } from 'node:tls';
import type { Exchange, HttpExchange, HttpRequest, Party } from '../contracts.js';
import { HTTP_LIMITS } from './http-capture.js';
import { HttpDraft } from './http-draft.js';
import type { OwnDial } from './own-dials.js';
import { hostPort, type Recorder } from './recorder.js';
import { Tee } from './tee.js';
import { tlsFacts, tlsOptions, tlsReason } from './tls.js';

export interface HttpDialOptions {
  recorder: Recorder;
  simulator: string;
  /** Who is at the other end, unless it is a listener of our own host. */
  peer: Pick<Party, 'role' | 'system'>;
  signal?: AbortSignal;
  bodyBytes?: number;
}
/** Why a dial failed: how its exchange ends, and words for a person. */
interface Failure {
  ended: Exchange['ended'];
  what: string;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A peer that drips keeps the time-out off; so the whole takes this many time-outs at most, and longer only as the bytes that came allow for. */
const TIMEOUTS_IN_ALL = 10;
const SLOWEST_BYTES_PER_MS = 16;

/** Sends the request and stores the answer. Resolves also when there is none: `exchange.ended` and `problem` say why. */
export async function dialHttp(options: HttpDialOptions, request: HttpRequest): Promise<HttpExchange> {
  return new Dial(options, request).run();
}

class Dial {
  readonly #options: HttpDialOptions;
  readonly #request: HttpRequest;
  readonly #url: URL;
  readonly #draft: HttpDraft;
  readonly #own: OwnDial;
  #socket?: Socket;
  #tls?: Party['tls'];
  #failure?: Failure;
  #parserError?: Error;
  #timer?: NodeJS.Timeout;
  #begun = 0;
  /** Of request and answer. */
  #moved = 0;
  #work: Promise<void> = Promise.resolve();
  #forget?: () => void;

  constructor(options: HttpDialOptions, request: HttpRequest) {
    this.#options = options;
    this.#request = request;
    this.#url = new URL(request.to);
    if (!/^https?:$/.test(this.#url.protocol)) throw new Error(`expected an http:// or https:// address, found ${request.to}`);
    this.#draft = new HttpDraft(options.recorder, randomUUID(), { ...HTTP_LIMITS, bodyBytes: options.bodyBytes ?? HTTP_LIMITS.bodyBytes });
    this.#draft.transaction = request.transaction;
    this.#draft.cause = request.cause;
    this.#own = { simulator: options.simulator, actor: request.actor, cause: request.cause, transaction: request.transaction };
  }

  async run(): Promise<HttpExchange> {
    const abort = (): void => this.#fail({ ended: 'reset', what: 'given up by Assay' });
    this.#options.signal?.addEventListener('abort', abort);
    try {
      if (this.#options.signal?.aborted) abort();
      else await this.#converse();
    } catch (error) {
      // Behind the head of an answer, the parser's word says more than the end that follows from it.
      this.#fail(this.#explain(this.#parserError ?? (error as Error)));
    } finally {
      this.#options.signal?.removeEventListener('abort', abort);
      clearTimeout(this.#timer);
      this.#socket?.destroy();
      await this.#work.catch(() => undefined);
    }
    return this.#outcome();
  }

  async #converse(): Promise<void> {
    const socket = await this.#connect();
    this.#begun = performance.now();
    this.#touch();
    const local = socket.localAddress;
    if (local !== undefined && socket.localPort !== undefined) this.#forget = this.#options.recorder.dials.announce(local, socket.localPort, this.#own);
    if (this.#url.protocol === 'https:') this.#tls = await tlsFacts(socket as TLSSocket, this.#options.recorder.evidence);
    const side = await this.#draft.beginRequest();
    side.framer.consume(Buffer.from(`${this.#request.method} / HTTP/1.1\r\n`), 0);
    const tee = new Tee({ outgoing: (chunk) => this.#outgoing(socket, chunk), ended: async () => void socket.end(), dropped: () => undefined });
    tee.on('error', () => undefined);
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const client = this.#client(tee);
      client.on('finish', () => (side.complete = true));
      client.on('response', resolve).on('error', (error) => {
        this.#parserError ??= error;
        reject(error);
      });
      socket.on('error', (error) => {
        reject(error);
        tee.destroy(error);
      });
      this.#feed(socket, tee, reject);
      this.#sendBody(client).catch(reject);
    });
    await drained(message);
    await this.#work;
    if (this.#draft.response && !this.#draft.response.complete) this.#fail({ ended: 'malformed', what: 'the answer has bytes that its own framing does not cover' });
  }

  async #connect(): Promise<Socket> {
    const secure = this.#url.protocol === 'https:';
    const host = this.#url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(this.#url.port || (secure ? 443 : 80));
    const options = secure ? await tlsOptions(this.#request.tls ?? {}) : {};
    const socket = secure ? tlsConnect({ host, port, ...options, ...(isIP(host) ? {} : { servername: host }), ALPNProtocols: ['http/1.1'] }) : tcpConnect({ host, port });
    this.#socket = socket;
    socket.setNoDelay(true);
    const limit = Math.min(CONNECT_TIMEOUT_MS, this.#request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    this.#timer = setTimeout(() => this.#fail({ ended: 'timeout', what: `no connection to ${hostPort(host, port)} after ${limit / 1000} s` }), limit);
    await new Promise<void>((resolve, reject) => {
      socket.once(secure ? 'secureConnect' : 'connect', resolve);
      socket.on('error', reject);
      socket.once('close', () => reject(new Error('the connection was closed before it could be used')));
    });
    return socket;
  }

  #client(tee: Tee): ClientRequest {
    const { method, headers, body } = this.#request;
    const names = new Set(headers.map(([name]) => name.toLowerCase()));
    const lines = headers.flat();
    // As given, in order and case; what HTTP needs and the caller left out is put behind.
    if (!names.has('host')) lines.unshift('Host', this.#url.host);
    if (!names.has('content-length') && !names.has('transfer-encoding')) {
      if (!(body instanceof Uint8Array)) lines.push('Transfer-Encoding', 'chunked');
      else if (body.length > 0 || /^(POST|PUT|PATCH)$/i.test(method)) lines.push('Content-Length', String(body.length));
    }
    if (!names.has('connection')) lines.push('Connection', 'close');
    return nodeRequest({
      method,
      path: `${this.#url.pathname}${this.#url.search}`,
      headers: lines as unknown as Record<string, string>,
      createConnection: () => tee,
      maxHeaderSize: 2 * HTTP_LIMITS.headBytes,
      setHost: false,
    });
  }

  async #sendBody(client: ClientRequest): Promise<void> {
    const { body } = this.#request;
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      if (chunk.length === 0) continue;
      if (client.destroyed) return;
      if (client.write(chunk)) continue;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          client.off('drain', done).off('close', done);
          resolve();
        };
        client.on('drain', done).on('close', done);
      });
    }
    client.end();
  }

  async #outgoing(socket: Socket, chunk: Buffer): Promise<void> {
    const side = this.#draft.request;
    await side?.writer.write(chunk);
    if (side) side.end = this.#options.recorder.now();
    this.#moved += chunk.length;
    this.#touch();
    await new Promise<void>((resolve) => socket.write(chunk, () => resolve()));
    this.#touch();
  }

  /** Answer bytes: stored, then handed to the parser. */
  #feed(socket: Socket, tee: Tee, reject: (error: Error) => void): void {
    let bytes = 0;
    const limit = (this.#options.bodyBytes ?? HTTP_LIMITS.bodyBytes) + HTTP_LIMITS.headBytes;
    socket.on('data', (chunk: Buffer) => {
      socket.pause();
      this.#moved += chunk.length;
      this.#touch();
      this.#do(async () => {
        bytes += chunk.length;
        await this.#draft.captureResponse(chunk, this.#request.method);
        const problem = this.#draft.responseProblem;
        // What is no HTTP at all, the parser names better; what is beyond our limits, only the framer knows.
        if (problem && problem.status !== 400) this.#fail({ ended: 'malformed', what: `the answer was not read on: ${problem.why}` });
        if (bytes > limit) this.#fail({ ended: 'malformed', what: `the answer is larger than ${limit} bytes` });
        await tee.deliver(chunk);
        this.#touch();
        socket.resume();
      }, reject);
    });
    socket.on('end', () =>
      this.#do(async () => {
        const side = this.#draft.response;
        if (side && !side.complete && side.framer.finish()) side.complete = true;
        tee.deliverEnd();
      }, reject),
    );
    socket.on('close', () => this.#do(async () => void tee.destroy(), reject));
  }

  #do(action: () => Promise<void>, reject: (error: Error) => void): void {
    this.#work = this.#work.then(action).catch((error: Error) => {
      reject(error);
      this.#socket?.destroy();
    });
  }

  /** Anything that moves puts the time-out off, up to the time that the whole may take. */
  #touch(): void {
    clearTimeout(this.#timer);
    const limit = this.#request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const whole = TIMEOUTS_IN_ALL * limit + this.#moved / SLOWEST_BYTES_PER_MS;
    const left = this.#begun + whole - performance.now();
    if (left < limit) this.#timer = setTimeout(() => this.#fail({ ended: 'timeout', what: `the answer was not whole after ${Math.round(whole / 100) / 10} s, in which ${this.#moved} bytes went by` }), Math.max(0, left));
    else this.#timer = setTimeout(() => this.#fail({ ended: 'timeout', what: this.#draft.response ? `the answer stalled for ${limit / 1000} s` : `no answer within ${limit / 1000} s` }), limit);
  }

  #fail(failure: Failure): void {
    this.#failure ??= failure;
    this.#socket?.destroy(new Error(failure.what));
  }

  #explain(error: Error & { code?: string; reason?: string }): Failure {
    const where = hostPort(this.#url.hostname.replace(/^\[|\]$/g, ''), Number(this.#url.port || (this.#url.protocol === 'https:' ? 443 : 80)));
    const code = error.code ?? '';
    const refused: Record<string, string> = {
      ECONNREFUSED: `nothing listens at ${where} (connection refused)`,
      ENOTFOUND: `the name ${this.#url.hostname} is not known (DNS)`,
      EAI_AGAIN: `the name ${this.#url.hostname} could not be looked up (DNS)`,
      EHOSTUNREACH: `no route to ${where}`,
      ENETUNREACH: `no route to ${where}`,
      ETIMEDOUT: `no connection to ${where}`,
    };
    if (refused[code]) return { ended: code === 'ETIMEDOUT' ? 'timeout' : 'refused', what: refused[code] };
    const tls = this.#draft.request ? undefined : tlsReason(error);
    if (tls && this.#url.protocol === 'https:') return { ended: 'refused', what: `TLS with ${where} failed: ${tls}` };
    if (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') return { ended: 'malformed', what: `${where} answered something that is not HTTP/1.1: ${error.reason ?? error.message} (${code})` };
    return { ended: 'reset', what: `${where} closed the connection ${this.#draft.response ? 'in the middle of its answer' : 'without an answer'}${code ? ` (${code})` : ''}` };
  }

  async #outcome(): Promise<HttpExchange> {
    const { recorder, simulator, peer } = this.#options;
    const failure = this.#failure;
    const status = this.#draft.response?.framer.head?.status;
    const remote = hostPort(this.#url.hostname.replace(/^\[|\]$/g, ''), Number(this.#url.port || (this.#url.protocol === 'https:' ? 443 : 80)));
    if (failure) recorder.problem({ connection: this.#draft.connection, simulator, what: failure.what, peer: remote });
    let exchange: Exchange;
    if (this.#own.adopted) {
      // The listener of our own host has recorded it.
      exchange = await this.#own.adopted;
      await this.#draft.discard();
    } else {
      const initiator: Party = { role: 'simulator', system: simulator, actor: this.#request.actor, address: hostPort(this.#socket?.localAddress ?? '127.0.0.1', this.#socket?.localPort) };
      const responder: Party = { ...peer, address: remote, ...(this.#tls ? { tls: this.#tls } : {}) };
      await this.#draft.finish(failure?.ended ?? 'complete', initiator, responder);
      exchange = await this.#draft.over.promise;
    }
    this.#forget?.();
    const response = exchange.messages.find((message) => message.from === 'responder')?.raw;
    return { exchange, ...(response ? { response } : {}), ...(status ? { status } : {}), ...(failure ? { problem: failure.what } : {}) };
  }
}

/** Reads the answer to its end; the bytes are in the store already. */
async function drained(message: IncomingMessage): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    message.on('error', reject);
    message.on('end', resolve);
    message.on('close', () => (message.complete ? resolve() : reject(Object.assign(new Error('cut off'), { code: 'ECONNRESET' }))));
    message.resume();
  });
}
