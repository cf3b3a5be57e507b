/**
 * A product that misbehaves: takes its study in like any other (the reference source does it), and speaks to us through raw sockets of this
 * file, which spoil what the reference source would have said.
 */
import { createServer, connect, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { SutDescription } from '../../../harness/contracts.js';
import { describeReference } from '../../../harness/cli/reference-source.js';
import type { Operator } from '../../../harness/engine/operator.js';
import { wholeMessage } from './message.js';

/** What a case puts on the wire in place of a submission, in pieces; it may never end. */
export type Submit = (good: Buffer) => Iterable<Buffer>;
/** What a case does with a retrieve; `good` is what the reference source answers. */
export type Answer = (socket: Socket, good: () => Promise<Buffer>) => Promise<void> | void;

export interface HostileSource {
  sut: SutDescription;
  operator: Operator;
  /** Octets of the submission as they were handed to the socket, the first ones of an endless one. */
  submitted(): Buffer;
  /** Answers to retrieves, likewise. */
  answered(): Buffer[];
  /** What our listener said to the submission. */
  reply(): string;
  close(): Promise<void>;
}

const KEPT = 8_000_000;

export async function hostileSource(reference: Record<string, string>, submit: Submit | undefined, answer: Answer | undefined): Promise<HostileSource> {
  let reply = '';
  let sent: Buffer[] = [];
  const answers: Buffer[][] = [];
  const rad69 = new URL(reference['rad69'] ?? '');
  const sockets = new Set<Socket>();
  const server = await listen((socket) => {
    const own: Buffer[] = [];
    answers.push(own);
    tap(socket, own);
    void requestOn(socket).then((request) => {
      const good = (): Promise<Buffer> => ask(Number(rad69.port), [request]);
      return answer ? answer(socket, good) : good().then((bytes) => void socket.end(bytes));
    });
  }, sockets);
  const sut = describeReference({ ...reference, rad69: `http://127.0.0.1:${portOf(server)}${rad69.pathname}` });

  return {
    sut,
    operator: {
      ask: async (prompt) => {
        const to = new URL(prompt.values?.['repository.url'] ?? '');
        const good = await submissionFor(reference['control'] ?? '', prompt.values ?? {}, to, sockets);
        reply = (await ask(Number(to.port), submit ? submit(good) : [good], (sent = []))).toString('latin1');
        return { by: 'test', at: new Date().toISOString(), value: 'done', attachments: [] };
      },
    },
    submitted: () => Buffer.concat(sent),
    answered: () => answers.map((own) => Buffer.concat(own)),
    reply: () => reply,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Has the reference source submit to a socket of ours, and gives what it sent as if it were meant for `to`. */
async function submissionFor(control: string, values: Record<string, string>, to: URL, sockets: Set<Socket>): Promise<Buffer> {
  let take: (request: Buffer) => void = () => undefined;
  const taken = new Promise<Buffer>((resolve) => (take = resolve));
  const server = await listen((socket) => {
    void requestOn(socket).then((request) => {
      take(request);
      socket.end('HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
  }, sockets);
  // Of the same length, so that lengths in the message stay right.
  const own = `127.0.0.1:${portOf(server)}`;
  const url = new URL(to);
  url.port = String(portOf(server));
  const asked = fetch(control, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...values, 'repository.url': url.href }) }).then((response) => response.arrayBuffer());
  const request = await Promise.race([taken, asked.then(() => taken)]);
  await asked;
  server.close();
  if (own.length !== to.host.length) throw new Error(`ports of different length: ${own}, ${to.host}`);
  return Buffer.from(request.toString('latin1').replaceAll(own, to.host), 'latin1');
}

async function listen(serve: (socket: Socket) => void, sockets: Set<Socket>): Promise<Server> {
  for (;;) {
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      serve(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    if (portOf(server) >= 10_000) return server;
    server.close();
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

function requestOn(socket: Socket): Promise<Buffer> {
  return new Promise((resolve) => {
    let got = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk]);
      const whole = wholeMessage(got);
      if (whole) resolve(whole);
    });
  });
}

/** Keeps what is written to a socket. */
function tap(socket: Socket, into: Buffer[]): void {
  let bytes = 0;
  const write = socket.write.bind(socket) as (chunk: Uint8Array | string, ...rest: unknown[]) => boolean;
  socket.write = ((chunk: Uint8Array | string, ...rest: unknown[]) => {
    const buffer = Buffer.from(chunk as Uint8Array);
    if (bytes < KEPT) into.push(buffer);
    bytes += buffer.length;
    return write(chunk, ...rest);
  });
  const end = socket.end.bind(socket) as (done?: () => void) => Socket;
  socket.end = ((chunk?: Uint8Array | string) => {
    if (chunk !== undefined) socket.write(chunk);
    return end();
  }) as typeof socket.end;
}

/** Until it takes more, or nothing any more. */
export const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });

/** Writes the pieces, as fast as the peer takes them, and gives what it says until it closes. */
async function ask(port: number, pieces: Iterable<Buffer>, into: Buffer[] = []): Promise<Buffer> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const got: Buffer[] = [];
  let broken = false;
  socket.on('data', (chunk) => got.push(chunk)).on('error', () => (broken = true)).on('end', () => (broken = true));
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  tap(socket, into);
  for (const piece of pieces) {
    if (broken || socket.destroyed) break;
    if (!socket.write(piece)) await drained(socket);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  await closed;
  return Buffer.concat(got);
}
