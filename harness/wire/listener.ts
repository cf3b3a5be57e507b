/** The front of every listener: TCP or TLS, a limit on connections, and handshakes that fail told in words. */
import { ConfigurationError } from '../configuration-error.js';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Party, TlsSettings } from '../contracts.js';
import { log } from './log.js';
import { hostPort, type Recorder } from './recorder.js';
import { tlsFacts, tlsOptions, tlsReason } from './tls.js';

export interface ListenerOptions {
  recorder: Recorder;
  simulator: string;
}
type Accept = (socket: Socket, tls?: Party['tls']) => void;

const HANDSHAKE_MS = 10_000;

export interface Listener {
  /** Binds and gives the port, or says in words why not. */
  bind(host: string, port: number, who: string): Promise<number>;
  /** Accepts no more, waits for `open` to end, and drops what is left (handshakes under way). */
  close(open: Promise<unknown>): Promise<void>;
}

/** A listener that hands over sockets whose TLS, if any, is done. */
export async function openListener(options: ListenerOptions, tls: TlsSettings | undefined, connections: number, accept: Accept): Promise<Listener> {
  const { recorder, simulator } = options;
  const server = tls ? await tlsListener(options, tls, accept) : createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => accept(socket));
  server.maxConnections = connections;
  server.on('drop', (dropped) => {
    recorder.problem({ simulator, what: `a connection was dropped: ${connections} are open already`, peer: hostPort(dropped?.remoteAddress, dropped?.remotePort) });
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    bind: (host, port, who) => bind(server, host, port, who),
    close: async (open) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await open;
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function tlsListener({ recorder, simulator }: ListenerOptions, settings: TlsSettings, accept: Accept): Promise<Server> {
  const mutual = settings.mutual ?? false;
  const problem = (socket: Socket, what: string): void => recorder.problem({ simulator, what: `TLS handshake failed: ${what}`, peer: hostPort(socket.remoteAddress, socket.remotePort) });
  // The client's certificate is judged here and not by the library, so that a refusal can be told in words.
  const server = createTlsServer({ ...(await tlsOptions(settings)), requestCert: mutual, rejectUnauthorized: false, handshakeTimeout: HANDSHAKE_MS, allowHalfOpen: true });
  server.on('tlsClientError', (error: Error & { code?: string }, socket) => problem(socket, tlsReason(error) ?? error.message));
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => undefined);
    if (mutual && !socket.authorized) {
      const sent = Object.keys(socket.getPeerCertificate()).length > 0;
      const code = sent ? String(socket.authorizationError) : 'PEER_DID_NOT_RETURN_A_CERTIFICATE';
      const reason = tlsReason(Object.assign(new Error(code), { code })) ?? code;
      problem(socket, sent ? `the client's certificate was refused: ${reason}` : reason);
      socket.destroy();
      return;
    }
    tlsFacts(socket, recorder.evidence).then(
      (facts) => (socket.destroyed ? problem(socket, 'the client closed right behind the handshake: it may not trust our certificate') : accept(socket, facts)),
      (error: Error) => {
        log.error({ err: error }, 'TLS facts could not be stored');
        socket.destroy();
      },
    );
  });
  return server;
}

async function bind(server: Server, host: string, port: number, who: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        EADDRINUSE: `port ${port} on ${host} is in use; end the other program, or choose another port (0: any free one)`,
        EACCES: `port ${port} needs more rights; choose one above 1023`,
        EADDRNOTAVAIL: `${host} is no address of this machine`,
      };
      reject(new ConfigurationError(`${who} cannot listen: ${reasons[error.code ?? ''] ?? error.message}`));
    });
    server.listen({ host, port }, resolve);
  });
  server.on('error', (error) => log.error({ err: error }, `${who}: listener`));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}
