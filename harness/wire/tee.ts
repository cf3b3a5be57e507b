/** A stream that stands in for a socket: the parser on top reads and writes here, while the bytes pass through hands of ours. */
import { Duplex } from 'node:stream';

export interface TeeHooks {
  /** Bytes that the parser sends; the promise is its back-pressure. */
  outgoing(chunk: Buffer): Promise<void>;
  /** The parser wants to end its direction. */
  ended(): Promise<void>;
  /** The parser dropped the stream. */
  dropped(error: Error | null): void;
}

export class Tee extends Duplex {
  readonly #hooks: TeeHooks;
  #wanted?: () => void;
  /** As on a socket, for those who ask. */
  readonly remoteAddress?: string;
  readonly remotePort?: number;

  constructor(hooks: TeeHooks, peer: { address?: string; port?: number } = {}) {
    super({ allowHalfOpen: true, emitClose: true });
    this.#hooks = hooks;
    this.remoteAddress = peer.address;
    this.remotePort = peer.port;
  }

  /** Hands bytes up; resolves when the parser can take more. */
  async deliver(chunk: Uint8Array): Promise<void> {
    if (this.destroyed || this.readableEnded) return;
    const ready = new Promise<void>((resolve) => (this.#wanted = resolve));
    if (this.push(chunk)) return;
    await ready;
  }

  /** The peer's direction has ended. */
  deliverEnd(): void {
    if (!this.destroyed) this.push(null);
  }

  // What node's http client and server call on a socket; time-outs are watched below.
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  destroySoon(): void {
    this.end();
  }

  override _read(): void {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    wanted?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#hooks.outgoing(chunk).then(() => callback(), callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#hooks.ended().then(() => callback(), callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    wanted?.();
    this.#hooks.dropped(error);
    callback(error);
  }
}
