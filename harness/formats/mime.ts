/**
 * multipart/related split octet by octet while it streams by (RFC 2046 section 5.1): nothing is lost, altered or guessed silently.
 * A delimiter is the boundary with two hyphens at the beginning of a line, white space and a line end behind it.
 */
import { BODIES_CAP, BODY_CAP, PART_HEAD_CAP, PARTS_CAP, XML_CAP } from './caps.js';
import { note, readHeaders } from './headers.js';
import { PartBuilder } from './mime-part.js';
import type { MimeBody, MimePart } from './model.js';

export { parseMediaType } from './media-type.js';

/** Octets that are gathered before the splitter looks at them, so that tiny writes cost no repeated search. */
const GATHER = 16 * 1024;
/** White space behind a boundary on its line. */
const PADDING_CAP = 1024;

export interface SplitOptions {
  boundary: string;
  /** Place in the blob of an octet of the body. */
  toBlob(offset: number): number;
  /** Whether this part may hold the envelope, which has a larger cap. */
  mayBeRoot?(part: MimePart): boolean;
  /** Cuts the first octets of a part that is too large to keep. */
  trim?: (head: Buffer) => Buffer;
}

export class MultipartSplitter {
  readonly body: MimeBody;
  private readonly needle: Buffer;
  private pending: Buffer = Buffer.alloc(0);
  /** Offset within the body of the first octet of `pending`. */
  private base = 0;
  private waiting: Buffer[] = [];
  private waitingSize = 0;
  private state: 'preamble' | 'headers' | 'body' | 'epilogue' = 'preamble';
  private builder?: PartBuilder;
  /** Offset within the body where the current part's octets begin. */
  private partStart = 0;
  private kept = 0;
  private heads = 0;
  private bareLineFeeds = false;
  private readonly starts = new Map<MimePart, number>();

  constructor(private readonly options: SplitOptions) {
    this.needle = Buffer.from(`--${options.boundary}`, 'latin1');
    this.body = { boundary: options.boundary, parts: [], closed: false, problems: [] };
  }

  /** The next octets of the body. `hyphens`: whether a line that begins within them may begin with two hyphens; the search is saved where not. */
  push(bytes: Buffer, hyphens = true): void {
    if (this.waitingSize === 0 && bytes.length >= GATHER) {
      this.feed(bytes, hyphens);
      return;
    }
    this.waiting.push(Buffer.from(bytes));
    this.waitingSize += bytes.length;
    if (this.waitingSize >= GATHER) this.drain();
  }

  /** No more will come. */
  finish(): MimeBody {
    this.drain();
    this.process(true);
    const end = this.base + this.pending.length;
    const at = end === 0 ? this.options.toBlob(0) : this.options.toBlob(end - 1) + 1;
    if (this.state === 'body') {
      this.flush(this.pending.length);
      this.close(false);
      note(this.body.problems, 'mime-part-cut-off', `Part ${this.body.parts.length - 1} ends with the body, without a delimiter behind it.`, at);
    } else if (this.state === 'headers') note(this.body.problems, 'mime-not-closed', 'The last delimiter lacks its two closing hyphens.', at);
    else if (this.state === 'preamble') note(this.body.problems, 'mime-no-delimiter', `The body holds no line “--${this.options.boundary.slice(0, 80)}”.`, at);
    return this.body;
  }

  /** Offset within the body where the octets of a part begin. */
  startOf(part: MimePart): number {
    return this.starts.get(part) ?? 0;
  }

  private drain(): void {
    if (this.waitingSize === 0) return;
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    this.waitingSize = 0;
    this.feed(bytes, true);
  }

  private feed(bytes: Buffer, hyphens: boolean): void {
    if (this.state === 'body' && this.pending.length <= this.needle.length + 1) {
      // The usual case, without a copy: no delimiter begins in what was held back, nor directly behind it.
      const seam = Buffer.concat([this.pending, bytes.subarray(0, this.needle.length + 1)]);
      if (seam.indexOf(this.needle) < 0) {
        this.flush(this.pending.length);
        if (!hyphens) {
          this.builder?.push(bytes.subarray(0, bytes.length - this.needle.length - 1));
          this.base += bytes.length - this.needle.length - 1;
          this.pending = Buffer.from(bytes.subarray(-this.needle.length - 1));
          return;
        }
      }
    }
    this.pending = this.pending.length === 0 ? bytes : Buffer.concat([this.pending, bytes]);
    this.process(false);
    // What is left is short, but may be a view of a buffer that its owner uses again.
    this.pending = Buffer.from(this.pending);
  }

  private process(final: boolean): void {
    while (this.step(final)) if (this.pending.length === 0 && !final) return;
  }

  /** Takes what can be taken; `false`: nothing more without further octets. */
  private step(final: boolean): boolean {
    if (this.state === 'epilogue') {
      this.flush(this.pending.length);
      return false;
    }
    if (this.state === 'headers') return this.headers(final);
    const found = this.delimiter(final);
    if (found === 'more') return false;
    if (found === undefined) {
      if (final) return false;
      // A delimiter may begin in the last octets; its line end belongs to it.
      this.flush(Math.max(0, this.pending.length - this.needle.length - 1));
      return false;
    }
    if (found.bare && !this.bareLineFeeds) {
      this.bareLineFeeds = true;
      note(this.body.problems, 'mime-bare-lf', 'A delimiter line begins or ends with LF alone; CR LF was expected.', this.blob(found.line), this.needle.length);
    }
    if (this.state === 'body') {
      this.flush(found.start);
      this.close(true);
      this.flush(found.end - found.start);
    } else this.flush(found.end);
    this.state = found.closing ? 'epilogue' : 'headers';
    if (found.closing) this.body.closed = true;
    return true;
  }

  private blob(pendingOffset: number): number {
    return this.options.toBlob(this.base + pendingOffset);
  }

  /** First delimiter in what is pending: `start` with the line end before it, `line` where its hyphens begin, `end` behind its own line end. */
  private delimiter(final: boolean): { start: number; line: number; end: number; closing: boolean; bare: boolean } | 'more' | undefined {
    const { pending, needle } = this;
    for (let line = pending.indexOf(needle); line >= 0; line = pending.indexOf(needle, line + 1)) {
      const atStart = line === 0 && (this.state !== 'body' ? this.base === 0 || this.state === 'headers' : this.base === this.partStart);
      if (!atStart && pending[line - 1] !== 10) continue;
      const after = line + needle.length;
      const feed = pending.indexOf(10, after);
      if (feed < 0 && !final && pending.length - after < PADDING_CAP) {
        if (this.state !== 'headers') this.flush(Math.max(0, line - 2));
        return 'more';
      }
      if (feed - after > PADDING_CAP) continue;
      const rest = /^(--)?[ \t]*(\r?)$/.exec(pending.toString('latin1', after, feed < 0 ? Math.min(pending.length, after + PADDING_CAP) : feed));
      if (!rest) continue;
      const before = atStart ? 0 : pending[line - 2] === 13 ? 2 : 1;
      const bare = before === 1 || (feed >= 0 && rest[2] === '');
      return { start: line - before, line, end: feed < 0 ? pending.length : feed + 1, closing: rest[1] === '--', bare };
    }
    return undefined;
  }

  /** Looks at header lines alone: up to the empty line, or to a delimiter that comes before it. */
  private headerRegion(): { limit: number; ready: boolean } {
    const { pending, needle } = this;
    for (let at = 0; at < PART_HEAD_CAP; ) {
      const feed = pending.indexOf(10, at);
      if (pending.subarray(at, at + needle.length).equals(needle)) return { limit: at, ready: feed >= 0 };
      if (feed < 0) break;
      if (feed === at || (feed === at + 1 && pending[at] === 13)) return { limit: feed + 1, ready: true };
      at = feed + 1;
    }
    return { limit: Math.min(pending.length, PART_HEAD_CAP), ready: pending.length >= PART_HEAD_CAP };
  }

  private headers(final: boolean): boolean {
    if (this.pending.length === 0) return false;
    const { limit, ready } = this.headerRegion();
    if (!ready && !final) return false;
    if (final && !ready && /^\s*$/.test(this.pending.toString('latin1', 0, 1024))) return false;
    const region = this.pending.subarray(0, limit);
    const from = this.base;
    const section = readHeaders(region, 0, this.body.problems, (offset) => this.options.toBlob(from + offset));
    const { parts, problems } = this.body;
    if (!section.closed) {
      const message = section.fields.length === 0 && section.end === 0 ? 'begins with no header and no empty line' : 'has no empty line behind its headers';
      note(problems, 'mime-header-without-blank-line', `Part ${parts.length} ${message}.`, this.blob(section.end));
    } else if (section.bareLineFeeds > 0 && !this.bareLineFeeds) {
      this.bareLineFeeds = true;
      note(problems, 'mime-bare-lf', `Header lines of part ${parts.length} end in LF alone; CR LF was expected.`, this.blob(0), section.end);
    }
    if (parts.length >= PARTS_CAP) {
      note(problems, 'mime-too-many-parts', `More than ${PARTS_CAP} parts: the rest is not read.`, this.blob(0));
      this.state = 'epilogue';
      return true;
    }
    this.flush(section.end);
    this.partStart = this.base;
    this.open(section.fields);
    this.state = 'body';
    return true;
  }

  private open(fields: MimePart['headers']): void {
    const { parts } = this.body;
    const offset = this.options.toBlob(this.base);
    const builder = new PartBuilder(parts.length, fields, offset, Math.max(0, Math.min(BODY_CAP, BODIES_CAP - this.kept)));
    const root = this.options.mayBeRoot?.(builder.part) ?? false;
    this.builder = root ? new PartBuilder(parts.length, fields, offset, XML_CAP) : builder;
    parts.push(this.builder.part);
    this.starts.set(this.builder.part, this.base);
  }

  /** Lets go of the first octets: to the part, where one is open. */
  private flush(count: number): void {
    if (count <= 0) return;
    if (this.state === 'body') this.builder?.push(this.pending.subarray(0, count));
    this.pending = this.pending.subarray(count);
    this.base += count;
  }

  private close(complete: boolean): void {
    if (!this.builder) return;
    const part = this.builder.finish(complete, this.options.trim);
    this.kept += part.bytes?.length ?? 0;
    this.heads += part.head?.length ?? 0;
    if (this.heads > BODIES_CAP) delete part.head;
    if (this.builder.stray > 0) {
      note(this.body.problems, 'mime-transfer-encoding', `Part ${part.index} holds ${this.builder.stray} octets that ${part.transferEncoding ?? ''} does not allow.`, part.offset);
    }
    delete this.builder;
    this.state = 'preamble';
  }
}
