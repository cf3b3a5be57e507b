/**
 * Connections among simulators of one host. Such an exchange is recorded once, by the side that listens: it has to have the request
 * on disk before it answers anyway. The side that dialled announces its local port, and takes the exchange over from the listener.
 */
import type { Exchange } from '../contracts.js';

export interface OwnDial {
  simulator: string;
  actor: string;
  cause?: string;
  transaction?: string;
  /** Set by the listener once it records this connection's exchange. */
  adopted?: Promise<Exchange>;
}

export class OwnDials {
  readonly #byLocalPort = new Map<string, OwnDial>();

  /** Announces a connection; call the result when it is over. */
  announce(address: string, port: number, dial: OwnDial): () => void {
    const key = `${plain(address)} ${port}`;
    this.#byLocalPort.set(key, dial);
    return () => {
      if (this.#byLocalPort.get(key) === dial) this.#byLocalPort.delete(key);
    };
  }

  /** The dial behind an accepted connection, if it is one of ours. */
  find(address: string | undefined, port: number | undefined): OwnDial | undefined {
    return this.#byLocalPort.get(`${plain(address ?? '')} ${port}`);
  }
}

/** An IPv4 address may show as `::ffff:127.0.0.1` on one side only. */
const plain = (address: string): string => address.replace(/^::ffff:/, '');
