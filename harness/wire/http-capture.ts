/** An HTTP listener whose every byte is evidence: TCP or TLS in front, the tee in between, fastify (node's parser) behind. */
import { fastify, type FastifyInstance } from 'fastify';
import { createServer as createHttpServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { HttpHandler, HttpListen, Listening, Party } from '../contracts.js';
import { HttpConnection, type ConnectionLimits } from './http-connection.js';
import { log } from './log.js';
import { hostPort, type Recorder } from './recorder.js';
import { tlsFacts, tlsOptions, tlsReason } from './tls.js';

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
  const server = await openServer(options, listen, limits, accept);
  const port = await bindServer(server, options.bind, listen.port ?? 0, `${options.simulator} (${listen.actor})`);
  return {
    port,
    url: `${listen.tls ? 'https' : 'http'}://${hostPort(options.advertise, port)}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const open = [...connections.values()];
      for (const connection of open) connection.destroy();
      await Promise.all(open.map((connection) => connection.done));
      await closed;
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

async function openServer(options: HttpCaptureOptions, listen: HttpListen, limits: HttpLimits, accept: (socket: Socket, tls?: Party['tls']) => void): Promise<Server> {
  const { recorder, simulator } = options;
  const problem = (socket: Socket, what: string): void => recorder.problem({ simulator, what, peer: hostPort(socket.remoteAddress, socket.remotePort) });
  const server = listen.tls ? await tlsServer(listen.tls.mutual ?? false) : createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => accept(socket));
  server.maxConnections = limits.connections;
  server.on('drop', (dropped) => {
    recorder.problem({ simulator, what: `a connection was dropped: ${limits.connections} are open already`, peer: hostPort(dropped?.remoteAddress, dropped?.remotePort) });
  });
  return server;

  async function tlsServer(mutual: boolean): Promise<Server> {
    // The certificate is asked for and judged here, so that a refusal can be told in words.
    const tls = createTlsServer({ ...(await tlsOptions(listen.tls ?? {})), requestCert: mutual, rejectUnauthorized: false, handshakeTimeout: 10_000, allowHalfOpen: true });
    tls.on('tlsClientError', (error: Error & { code?: string }, socket) => problem(socket, `TLS handshake failed: ${tlsReason(error) ?? error.message}`));
    tls.on('secureConnection', (socket: TLSSocket) => {
      socket.on('error', () => undefined);
      if (mutual && !socket.authorized) {
        const code = String(socket.authorizationError ?? 'PEER_DID_NOT_RETURN_A_CERTIFICATE');
        const reason = socket.getPeerCertificate().raw ? tlsReason(Object.assign(new Error(code), { code })) : tlsReason(Object.assign(new Error(), { code: 'PEER_DID_NOT_RETURN_A_CERTIFICATE' }));
        problem(socket, `TLS handshake failed: the client's certificate was refused: ${reason ?? code}`);
        socket.destroy();
        return;
      }
      tlsFacts(socket, recorder.evidence).then(
        (facts) => accept(socket, facts),
        (error: Error) => {
          log.error({ err: error }, 'TLS facts could not be stored');
          socket.destroy();
        },
      );
    });
    return tls;
  }
}

/** Binds, or says in words why not. */
export async function bindServer(server: Server, host: string, port: number, who: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        EADDRINUSE: `port ${port} on ${host} is in use; end the other program, or choose another port (0: any free one)`,
        EACCES: `port ${port} needs more rights; choose one above 1023`,
        EADDRNOTAVAIL: `${host} is no address of this machine`,
      };
      reject(new Error(`${who} cannot listen: ${reasons[error.code ?? ''] ?? error.message}`));
    });
    server.listen({ host, port }, resolve);
  });
  server.on('error', (error) => log.error({ err: error }, `${who}: listener`));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}
