/**
 * Line and column of an offset in a blob that is never held in memory: while bytes stream by, the distance from each line feed to the next
 * is noted in one or a few octets. Random data needs 2 octets in 256; input that needs more than `BUDGET` loses its later lines.
 */
const BUDGET = 32 * 1024 * 1024;
/** A checkpoint each so many line feeds. */
const STRIDE = 512;

export class LineIndex {
  private gaps = new Uint8Array(1024);
  private used = 0;
  private count = 0;
  private last = -1;
  private full = false;
  /** Per checkpoint: line feeds before, offset of the last of them, place in `gaps`. */
  private readonly checkpoints: { count: number; last: number; at: number }[] = [{ count: 0, last: -1, at: 0 }];

  /** Bytes of the blob from `base`, in order. Gives whether a line within them may begin with two hyphens, as multipart delimiters do. */
  push(chunk: Buffer, base: number): boolean {
    if (this.full) return true;
    let hyphens = false;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) {
      if (chunk[at + 1] === 45 && chunk[at + 2] === 45) hyphens = true;
      this.add(base + at);
    }
    return hyphens || this.full;
  }

  private add(offset: number): void {
    if (this.used + 8 > this.gaps.length) {
      if (this.gaps.length >= BUDGET) {
        this.full = true;
        return;
      }
      const grown = new Uint8Array(this.gaps.length * 2);
      grown.set(this.gaps);
      this.gaps = grown;
    }
    let gap = offset - this.last;
    for (; gap >= 128; gap = Math.floor(gap / 128)) this.gaps[this.used++] = (gap % 128) | 128;
    this.gaps[this.used++] = gap;
    this.last = offset;
    if (++this.count % STRIDE === 0) this.checkpoints.push({ count: this.count, last: offset, at: this.used });
  }

  /** 1-based, column in octets; undefined behind the budget. */
  locate(offset: number): { line: number; column: number } | undefined {
    if (this.full && offset > this.last) return undefined;
    let low = 0;
    for (let high = this.checkpoints.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((this.checkpoints[middle]?.last ?? 0) < offset) low = middle;
      else high = middle - 1;
    }
    let { count, last, at } = this.checkpoints[low] ?? { count: 0, last: -1, at: 0 };
    while (at < this.used) {
      let gap = 0;
      let scale = 1;
      let octet: number;
      do {
        octet = this.gaps[at++] ?? 0;
        gap += (octet & 127) * scale;
        scale *= 128;
      } while (octet >= 128);
      if (last + gap >= offset) break;
      last += gap;
      count++;
    }
    return { line: count + 1, column: offset - last };
  }
}
