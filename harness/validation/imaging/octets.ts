/** Reads a stream of octets front to back, a wanted number at a time; holds one chunk. */
export class OctetReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private chunk: Uint8Array = new Uint8Array(0);

  constructor(octets: AsyncIterable<Uint8Array>) {
    this.source = octets[Symbol.asyncIterator]();
  }

  /** Hands `count` octets to `sink`; false where they run out. */
  async pass(count: number, sink: (octets: Uint8Array) => void = () => undefined): Promise<boolean> {
    for (let left = count; left > 0;) {
      if (this.chunk.length === 0) {
        const next = await this.source.next();
        if (next.done) return false;
        this.chunk = next.value;
        continue;
      }
      const taken = this.chunk.subarray(0, left);
      this.chunk = this.chunk.subarray(taken.length);
      left -= taken.length;
      sink(taken);
    }
    return true;
  }

  /** A few octets; undefined where they run out. */
  async take(count: number): Promise<Buffer | undefined> {
    const parts: Uint8Array[] = [];
    return (await this.pass(count, (octets) => parts.push(octets))) ? Buffer.concat(parts) : undefined;
  }

  /** Ends the stream early. */
  async close(): Promise<void> {
    await this.source.return?.();
  }
}
