/**
 * A stored message while it streams by: HTTP head, chunked coding, multipart, each where it is there; with lines and places.
 * What a file holds without a head (a multipart body, bare XML) is taken as it is.
 */
import { ByteSink } from './byte-sink.js';
import { HEAD_CAP, XML_CAP } from './caps.js';
import { header, note, readHeaders } from './headers.js';
import { ChunkedDecoder, framing, headEnd, looksLikeHttp, parseHttpHead } from './http.js';
import { LineIndex } from './lines.js';
import { parseMediaType } from './media-type.js';
import { MultipartSplitter, type SplitOptions } from './mime.js';
import type { HttpHead, MediaType, MimeBody, MimePart, Problem } from './model.js';
import { SegmentMap } from './segments.js';

/** Octets of a body that tell whether it is multipart where its media type does not. */
const SNIFF = 1024;

export interface StreamedMessage {
  http?: HttpHead;
  mediaType?: MediaType;
  mime?: MimeBody;
  /** The body as a whole, where it is not multipart. */
  whole?: { bytes: Buffer; overflowed: boolean };
  /** There is neither an HTTP head nor a multipart body around it. */
  bare: boolean;
  problems: Problem[];
  lines: LineIndex;
  segments: SegmentMap;
  /** Offset within the body where the octets of a part begin. */
  startOf(part: MimePart): number;
  size: number;
}

/** Content-ID, start parameter and cid URI name the same thing with and without angle brackets (RFC 2392). */
export const withoutBrackets = (id: string): string => /^<(.*)>$/s.exec(id.trim())?.[1] ?? id.trim();

/** Reads a message to its end in constant memory. */
export async function readMessage(source: AsyncIterable<Uint8Array>, trim: SplitOptions['trim']): Promise<StreamedMessage> {
  const stream = new MessageStream(trim);
  for await (const chunk of source) stream.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  return stream.finish();
}

class MessageStream {
  private readonly problems: Problem[] = [];
  private readonly lines = new LineIndex();
  private readonly segments = new SegmentMap();
  private position = 0;
  /** Whether a line within the octets at hand may be a multipart delimiter. */
  private hyphens = true;
  private start: Buffer | undefined = Buffer.alloc(0);
  /** Octets of heads that were read. */
  private consumed = 0;
  /** The head that is being read does not end before this offset. */
  private searched = 0;
  private http?: HttpHead;
  private mediaType?: MediaType;
  private chunked?: ChunkedDecoder;
  /** Octets of the body that are still to come by Content-Length. */
  private left = Infinity;
  private excess?: { offset: number; length: number };
  private sniffed: { bytes: Buffer; offset: number }[] | undefined = [];
  private sniffedSize = 0;
  private splitter?: MultipartSplitter;
  private readonly whole = new ByteSink(XML_CAP);

  constructor(private readonly trim: SplitOptions['trim']) {}

  push(chunk: Buffer): void {
    this.hyphens = this.lines.push(chunk, this.position);
    const base = this.position;
    this.position += chunk.length;
    if (this.start === undefined) this.framed(chunk, base);
    else {
      this.start = this.start.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.start, chunk]);
      this.begin(false);
    }
  }

  finish(): StreamedMessage {
    this.begin(true);
    this.chunked?.finish(this.position);
    if (this.chunked === undefined && this.left !== Infinity && this.left > 0 && this.http) {
      const field = header(this.http.headers, 'Content-Length');
      note(this.problems, 'http-body-shorter', `${this.left} octets of the body are missing by Content-Length ${field?.value ?? ''}.`, this.position);
    }
    if (this.segments.overflowed) note(this.problems, 'http-too-many-chunks', 'The body has millions of chunks: places behind them are not exact.', this.position);
    if (this.excess) note(this.problems, 'http-body-longer', `${this.excess.length} octets follow behind the end of the body.`, this.excess.offset, this.excess.length);
    this.decide();
    const message: StreamedMessage = {
      bare: this.http === undefined && this.splitter === undefined && this.mediaType === undefined,
      problems: this.problems,
      lines: this.lines,
      segments: this.segments,
      startOf: (part) => this.splitter?.startOf(part) ?? 0,
      size: this.position,
    };
    if (this.http) message.http = this.http;
    if (this.mediaType) message.mediaType = this.mediaType;
    if (this.splitter) message.mime = this.splitter.finish();
    else message.whole = { bytes: this.whole.bytes(), overflowed: this.whole.overflowed };
    return message;
  }

  /** Decides what the message begins with, once enough of it has come. */
  private begin(final: boolean): void {
    while (this.start !== undefined) {
      const rest = this.start.subarray(this.consumed);
      const blank = this.consumed > 0 ? 0 : leadingBlankLines(rest);
      const begun = rest.subarray(blank);
      const http = looksLikeHttp(begun, final);
      if (!final && (http === undefined || begun.length === 0) && rest.length < HEAD_CAP) return;
      const fieldsOnly = !http && /^(content-|mime-version)[\w-]*\s*:/i.test(begun.toString('latin1', 0, 80));
      if (http || fieldsOnly) {
        const at = this.consumed + blank;
        const end = headEnd(begun, Math.max(0, this.searched - at));
        if (end < 0 && !final) {
          this.searched = Math.max(0, this.start.length - 200);
          return;
        }
        const head = begun.subarray(0, end < 0 ? begun.length : end);
        this.consumed = at + (http ? this.readHead(head, at) : this.readFields(head, at));
        // An interim answer (100 Continue) stands before the one that counts (RFC 9110 section 15.2).
        if (http && this.http?.status !== undefined && this.http.status < 200 && this.http.status !== 101) continue;
      }
      const body = this.start.subarray(this.consumed);
      this.start = undefined;
      this.framed(body, this.consumed);
    }
  }

  private readHead(head: Buffer, at: number): number {
    this.problems.length = 0;
    const parsed = parseHttpHead(head, this.problems, at);
    if (!parsed) return head.length;
    this.http = parsed;
    const contentType = header(parsed.headers, 'Content-Type');
    if (contentType) this.mediaType = parseMediaType(contentType.value, contentType);
    const frame = framing(parsed, this.problems);
    if (frame.chunked) this.chunked = new ChunkedDecoder(this.problems, (bytes, offset) => this.body(bytes, offset));
    else if (frame.contentLength !== undefined) this.left = frame.contentLength;
    const encoding = header(parsed.headers, 'Content-Encoding');
    if (encoding && encoding.value.toLowerCase() !== 'identity') {
      note(this.problems, 'http-content-encoding', `Content-Encoding “${encoding.value.slice(0, 40)}” is not undone.`, encoding.offset, encoding.length);
    }
    return parsed.length;
  }

  private readFields(head: Buffer, at: number): number {
    const section = readHeaders(head, 0, this.problems, (offset) => offset + at);
    const contentType = header(section.fields, 'Content-Type');
    if (contentType) this.mediaType = parseMediaType(contentType.value, contentType);
    return section.end;
  }

  private framed(bytes: Buffer, offset: number): void {
    if (this.chunked) {
      const wasDone = this.chunked.done;
      if (!wasDone) this.chunked.push(bytes, offset);
      if (this.chunked.done) this.behind(wasDone ? offset : this.chunked.end, offset + bytes.length);
      return;
    }
    const take = Math.min(bytes.length, this.left);
    if (take > 0) this.body(take === bytes.length ? bytes : bytes.subarray(0, take), offset);
    this.left -= take;
    if (take < bytes.length) this.behind(offset + take, offset + bytes.length);
  }

  private behind(from: number, to: number): void {
    if (to <= from) return;
    if (this.excess) this.excess.length += to - from;
    else this.excess = { offset: from, length: to - from };
  }

  private body(bytes: Buffer, offset: number): void {
    this.segments.add(offset, bytes.length);
    if (this.sniffed) {
      this.sniffed.push({ bytes: Buffer.from(bytes), offset });
      this.sniffedSize += bytes.length;
      if (this.sniffedSize >= SNIFF) this.decide();
    } else this.route(bytes);
  }

  private route(bytes: Buffer): void {
    if (this.splitter) this.splitter.push(bytes, this.hyphens);
    else this.whole.push(bytes);
  }

  private decide(): void {
    if (!this.sniffed) return;
    const first = Buffer.concat(this.sniffed.map((piece) => piece.bytes));
    this.sniffed = undefined;
    const boundary = this.boundary(first);
    if (boundary !== undefined) {
      const start = this.mediaType?.parameters['start'];
      this.splitter = new MultipartSplitter({
        boundary,
        toBlob: (offset) => this.segments.toBlob(offset),
        mayBeRoot: (part) => part.index === 0 || (start !== undefined && part.contentId !== undefined && withoutBrackets(part.contentId) === withoutBrackets(start)),
        ...(this.trim && { trim: this.trim }),
      });
    }
    this.hyphens = true;
    if (first.length > 0) this.route(first);
  }

  /** Of the media type; else the one that the body begins with, where it looks like one. */
  private boundary(first: Buffer): string | undefined {
    const multipart = this.mediaType?.type.startsWith('multipart/') ?? false;
    const named = this.mediaType?.parameters['boundary'];
    if (multipart && named !== undefined && named !== '') return named;
    const found = /^\s*--([\x21-\x7e][\x20-\x7e]{0,199}?)[ \t]*\r?\n(?=content-|mime-version|\s)/i.exec(first.toString('latin1'))?.[1];
    if (multipart) note(this.problems, 'mime-no-boundary', 'The media type names no boundary.', this.segments.toBlob(0));
    else if (found !== undefined && this.http) note(this.problems, 'mime-not-declared', 'The body is multipart, its media type says otherwise.', this.segments.toBlob(0));
    return found;
  }
}

function leadingBlankLines(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length && (bytes[at] === 13 || bytes[at] === 10)) at++;
  return at;
}
