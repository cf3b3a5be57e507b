/** Octets gathered up to a cap. They are copied: a source may use its buffer again. */
export class ByteSink {
  private buffer = Buffer.allocUnsafeSlow(4096);
  private used = 0;
  /** More was pushed than the cap allows; what fits is kept. */
  overflowed = false;

  constructor(private cap: number) {}

  get length(): number {
    return this.used;
  }

  push(bytes: Uint8Array): void {
    const take = Math.min(bytes.length, this.cap - this.used);
    if (take < bytes.length) this.overflowed = true;
    if (take <= 0) return;
    if (this.used + take > this.buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(this.cap, Math.max(this.buffer.length * 2, this.used + take)));
      this.buffer.copy(grown, 0, 0, this.used);
      this.buffer = grown;
    }
    this.buffer.set(take === bytes.length ? bytes : bytes.subarray(0, take), this.used);
    this.used += take;
  }

  /** Forgets what lies behind `cap`, and takes no more than that. */
  shrink(cap: number): void {
    this.cap = cap;
    if (this.used > cap) this.overflowed = true;
    this.used = Math.min(this.used, cap);
    if (this.buffer.length > cap * 2) this.buffer = Buffer.from(this.buffer.subarray(0, this.used));
  }

  /** What was gathered, in memory of its own size. */
  bytes(): Buffer {
    return this.buffer.length - this.used > this.used / 2 + 4096 ? Buffer.from(this.buffer.subarray(0, this.used)) : this.buffer.subarray(0, this.used);
  }
}
