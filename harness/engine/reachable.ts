/** Proves that one of our listeners can be reached: by a connection through the address that peers are told. */
import { connect } from 'node:net';

export interface Reachability {
  reachable: boolean;
  why?: string;
}

const WAIT_MS = 5_000;

/** `endpoint`: a URL, or host:port. `announce` is told our own end of the connection, so that nobody takes it for the product's. */
export async function listenerReachable(endpoint: string, signal: AbortSignal, announce: (own: string) => void): Promise<Reachability> {
  const target = hostAndPort(endpoint);
  if (!target) return { reachable: false, why: `${endpoint} names no port` };
  return new Promise((resolve) => {
    const socket = connect({ ...target, timeout: WAIT_MS });
    const end = (outcome: Reachability): void => {
      signal.removeEventListener('abort', given);
      socket.destroy();
      resolve(outcome);
    };
    const given = (): void => end({ reachable: false, why: 'given up' });
    signal.addEventListener('abort', given, { once: true });
    socket.once('connect', () => {
      announce(`${plain(socket.localAddress ?? '')}:${socket.localPort}`);
      end({ reachable: true });
    });
    socket.once('timeout', () => end({ reachable: false, why: `no connection to ${endpoint} within ${WAIT_MS / 1000} s` }));
    socket.once('error', (error: NodeJS.ErrnoException) => end({ reachable: false, why: `no connection to ${endpoint}: ${error.code ?? error.message}` }));
  });
}

const plain = (address: string): string => {
  const v4 = address.replace(/^::ffff:/, '');
  return v4.includes(':') ? `[${v4}]` : v4;
};

function hostAndPort(endpoint: string): { host: string; port: number } | undefined {
  const text = endpoint.includes('://') ? endpoint.replace(/^dicoms?:\/\//, 'http://') : `http://${endpoint}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}
