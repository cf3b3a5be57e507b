/** An HTTP listener whose every byte is evidence: TCP or TLS in front, the tee in between, fastify (node's parser) behind. */
import { fastify, type FastifyInstance } from 'fastify';
import { createServer as createHttpServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpHandler, HttpListen, Listening, Party } from '../contracts.js';
import { HttpConnection } from './http-connection.js';
import type { ConnectionLimits } from './http-options.js';
import { openListener } from './listener.js';
import { hostPort, type Recorder } from './recorder.js';

export interface HttpLimits extends ConnectionLimits {
  connections: number;
}
export const HTTP_LIMITS: HttpLimits = {
  connections: 1024,
  headBytes: 256 * 1024,
  headerLines: 5000,
  bodyBytes: 4 * 1024 ** 3,
  headMs: 30_000,
  bodyIdleMs: 60_000,
  keepAliveMs: 75_000,
  stallMs: 60_000,
};
export interface HttpCaptureOptions {
  recorder: Recorder;
  simulator: string;
  bind: string;
  advertise: string;
  /** Whose connections these are, unless a dial of our own host is behind one. */
  peer: Pick<Party, 'role' | 'system'>;
  limits?: Partial<HttpLimits>;
}

/** Listens, and resolves once connections are accepted. */
export async function listenHttp(options: HttpCaptureOptions, listen: HttpListen, handler: HttpHandler): Promise<Listening> {
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const connections = new Map<object, HttpConnection>();
  const { app, server: parser } = await parserOf(limits, connections);
  const accept = (socket: Socket, tls?: Party['tls']): void => {
    const initiator: Party = { ...options.peer, address: hostPort(socket.remoteAddress, socket.remotePort), ...(tls ? { tls } : {}) };
    const responder: Party = { role: 'simulator', system: options.simulator, actor: listen.actor, address: hostPort(options.advertise, socket.localPort) };
    const { recorder, simulator } = options;
    const connection = new HttpConnection(socket, { recorder, simulator, limits, initiator, responder, recognise: (received) => listen.recognise(received), handler });
    connections.set(connection.tee, connection);
    void connection.done.then(() => connections.delete(connection.tee));
    parser.emit('connection', connection.tee);
  };
  const listener = await openListener(options, listen.tls, limits.connections, accept);
  const port = await listener.bind(options.bind, listen.port ?? 0, `${options.simulator} (${listen.actor})`);
  return {
    port,
    url: `${listen.tls ? 'https' : 'http'}://${hostPort(options.advertise, port)}`,
    close: async () => {
      const open = [...connections.values()];
      for (const connection of open) connection.destroy();
      await listener.close(Promise.all(open.map((connection) => connection.done)));
      await app.close();
    },
  };
}

/** fastify on a node server that never listens: connections are handed to it. */
async function parserOf(limits: HttpLimits, connections: Map<object, HttpConnection>): Promise<{ app: FastifyInstance; server: HttpServer }> {
  let parser: HttpServer | undefined;
  const serve = (request: IncomingMessage, response: ServerResponse): void => void connections.get(request.socket)?.serve(request, response);
  const app = fastify({
    bodyLimit: Number.MAX_SAFE_INTEGER,
    keepAliveTimeout: 0,
    requestTimeout: 0,
    // A target that fastify cannot route is the handler's to answer, too.
    frameworkErrors: (_error, request, reply) => {
      reply.hijack();
      serve(request.raw, reply.raw);
    },
    clientErrorHandler: (error, socket) => connections.get(socket)?.parserError(error as Error & { code?: string }),
    serverFactory: (handle) => {
      parser = createHttpServer({ maxHeaderSize: 2 * limits.headBytes, connectionsCheckingInterval: 2 ** 30 }, handle);
      // Nothing here may drop a header silently or end a slow upload: limits and time-outs are the tee's.
      parser.maxHeadersCount = 0;
      parser.headersTimeout = 0;
      parser.timeout = 0;
      parser.keepAliveTimeout = 0;
      return parser;
    },
  });
  // Before routing, body parsing and fastify's own answers: the handler alone answers.
  app.addHook('onRequest', (request, reply, _done) => {
    reply.hijack();
    serve(request.raw, reply.raw);
  });
  await app.ready();
  if (!parser) throw new Error('fastify made no server');
  return { app, server: parser };
}
