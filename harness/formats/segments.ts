/** Where the octets of a body lie in the blob: one run where they were sent as they are, a run for each chunk otherwise. */
const RUNS_CAP = 4_000_000;

export class SegmentMap {
  private bodyStarts = new Float64Array(16);
  private blobStarts = new Float64Array(16);
  private runs = 0;
  private hit = 0;
  private length = 0;
  /** There were more runs than are kept: places behind them are too low. */
  overflowed = false;

  /** The body goes on with `length` octets that lie at `blobOffset`. */
  add(blobOffset: number, length: number): void {
    const previous = this.runs - 1;
    const follows = previous >= 0 && (this.blobStarts[previous] ?? 0) + this.length - (this.bodyStarts[previous] ?? 0) === blobOffset;
    if (!follows && this.runs >= RUNS_CAP) this.overflowed = true;
    else if (!follows) {
      if (this.runs === this.bodyStarts.length) {
        this.bodyStarts = grown(this.bodyStarts);
        this.blobStarts = grown(this.blobStarts);
      }
      this.bodyStarts[this.runs] = this.length;
      this.blobStarts[this.runs] = blobOffset;
      this.runs++;
    }
    this.length += length;
  }

  /** Octets of the body so far. */
  get size(): number {
    return this.length;
  }

  /** Offset in the blob of an octet of the body. Places behind the end follow on. */
  toBlob(offset: number): number {
    if (!this.covers(this.hit, offset)) this.hit = this.covers(this.hit + 1, offset) ? this.hit + 1 : this.find(offset);
    return (this.blobStarts[this.hit] ?? 0) + offset - (this.bodyStarts[this.hit] ?? 0);
  }

  /** Whether these octets lie in the blob without interruption. */
  contiguous(from: number, to: number): boolean {
    return to <= from || this.toBlob(to - 1) - this.toBlob(from) === to - 1 - from;
  }

  /** The runs in the blob that make up these octets of the body. */
  *runsBetween(from: number, to: number): Iterable<{ offset: number; length: number }> {
    for (let at = from; at < to; ) {
      const offset = this.toBlob(at);
      const runEnd = this.hit + 1 < this.runs ? (this.bodyStarts[this.hit + 1] ?? to) : to;
      const end = Math.min(to, runEnd);
      yield { offset, length: end - at };
      at = end;
    }
  }

  private covers(run: number, offset: number): boolean {
    return run < this.runs && (this.bodyStarts[run] ?? 0) <= offset && (run + 1 === this.runs || offset < (this.bodyStarts[run + 1] ?? 0));
  }

  private find(offset: number): number {
    let low = 0;
    for (let high = this.runs - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((this.bodyStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function grown(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
