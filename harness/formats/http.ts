/** HTTP/1.x messages as stored: the head with places, and the body with its chunked coding undone while it streams by (RFC 9112). */
import { HEAD_CAP } from './caps.js';
import { headersNamed, note, readHeaders } from './headers.js';
import type { HttpHead, Problem } from './model.js';

export { header, headersNamed } from './headers.js';

const REQUEST = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) +(\S+) +HTTP\/(\d+\.\d+)\s*$/;
const RESPONSE = /^HTTP\/(\d+\.\d+) +(\d{3})(?: +(.*))?$/;

/** Whether these first octets can be the beginning of an HTTP message; `undefined`: too few to tell, and more may come. */
export function looksLikeHttp(bytes: Buffer, final = false): boolean | undefined {
  const feed = bytes.indexOf(10);
  const line = bytes.toString('latin1', 0, feed < 0 ? Math.min(bytes.length, 65536) : feed).trimEnd();
  if (feed >= 0 || final || bytes.length >= 65536) return REQUEST.test(line) || RESPONSE.test(line);
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+( |\/|$)/.test(line) ? undefined : false;
}

/** Reads the head at the beginning of `bytes`; undefined where there is none. Without its blank line it is given as far as it goes, with a problem. */
export function parseHttpHead(bytes: Uint8Array, problems: Problem[] = [], base = 0): HttpHead | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const feed = buffer.indexOf(10);
  const startLine = buffer.toString('latin1', 0, feed < 0 ? Math.min(buffer.length, 65536) : feed).trimEnd();
  const request = REQUEST.exec(startLine);
  const response = request ? null : RESPONSE.exec(startLine);
  if (!request && !response) return undefined;
  const head: HttpHead = { kind: request ? 'request' : 'response', startLine, version: '', headers: [], offset: base, length: buffer.length };
  if (request) Object.assign(head, { method: request[1], target: request[2], version: request[3] });
  if (response) Object.assign(head, { version: response[1], status: Number(response[2]), reason: response[3]?.trim() ?? '' });
  const section = readHeaders(buffer, feed < 0 ? buffer.length : feed + 1, problems, (offset) => offset + base);
  head.headers = section.fields;
  head.length = section.end;
  if (feed < 0 || !section.closed) note(problems, 'http-head-unterminated', 'No empty line ends the header section.', base + section.end);
  if (section.bareLineFeeds > 0 || (feed >= 0 && buffer[feed - 1] !== 13)) note(problems, 'http-bare-lf', 'Lines of the head end in LF alone; CR LF was expected.', base, section.end);
  return head;
}

/** How the body is delimited (RFC 9112 section 6.3). */
export interface Framing {
  chunked: boolean;
  contentLength?: number;
}

/** Reads the framing headers and notes where they contradict each other. */
export function framing(head: HttpHead, problems: Problem[]): Framing {
  const codings = headersNamed(head.headers, 'Transfer-Encoding');
  const lengths = headersNamed(head.headers, 'Content-Length');
  const chunked = codings.some((field) => /(^|,)\s*chunked\s*$/i.test(field.value));
  const [coding] = codings;
  if (coding && !chunked) note(problems, 'http-transfer-encoding', `Transfer-Encoding “${coding.value.slice(0, 60)}” is not read; chunked was expected.`, coding.offset, coding.length);
  const [first] = lengths;
  if (first && coding) note(problems, 'http-both-framings', 'Content-Length and Transfer-Encoding are both there; a sender may not send both.', first.offset, first.length);
  const values = new Set(lengths.flatMap((field) => field.value.split(',').map((value) => value.trim())));
  if (values.size > 1) note(problems, 'http-content-length-twice', `Content-Length has several values: ${[...values].slice(0, 4).join(', ')}.`, first?.offset ?? 0, first?.length);
  const value = [...values][0];
  if (value === undefined || chunked) return { chunked };
  if (!/^\d{1,15}$/.test(value)) {
    note(problems, 'http-content-length', `Content-Length “${value.slice(0, 40)}” is no number.`, first?.offset ?? 0, first?.length);
    return { chunked };
  }
  return { chunked, contentLength: Number(value) };
}

/** Where the head ends in what has come so far: behind the blank line; -1: not yet. `from`: searched already up to there. */
export function headEnd(bytes: Buffer, from = 0): number {
  const blank = /\r?\n[ \t]*\r?\n/;
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) {
    const next = bytes[at + 1];
    if (next === 10) return at + 2;
    if (next === 13 && bytes[at + 2] === 10) return at + 3;
    if ((next === 32 || next === 9) && blank.test(bytes.toString('latin1', at, at + 200))) {
      const found = blank.exec(bytes.toString('latin1', at, at + 200));
      if (found?.index === 0) return at + found[0].length;
    }
  }
  return bytes.length >= HEAD_CAP ? bytes.length : -1;
}

type ChunkState = 'size' | 'data' | 'data-end' | 'trailer' | 'done' | 'broken';

/** Undoes the chunked coding: each piece of the body is handed on with its place in the blob. */
export class ChunkedDecoder {
  private state: ChunkState = 'size';
  private left = 0;
  private line = '';
  /** Trailer fields were sent behind the last chunk. */
  trailers = 0;
  /** First octet behind the body. */
  end = 0;

  constructor(
    private readonly problems: Problem[],
    private readonly body: (bytes: Buffer, offset: number) => void,
  ) {}

  get done(): boolean {
    return this.state === 'done';
  }

  push(bytes: Buffer, base: number): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.state === 'done' || this.state === 'broken') return;
      if (this.state === 'data') {
        const to = Math.min(bytes.length, at + this.left);
        this.body(bytes.subarray(at, to), base + at);
        this.left -= to - at;
        at = to;
        if (this.left === 0) this.state = 'data-end';
        continue;
      }
      const feed = bytes.indexOf(10, at);
      const to = feed < 0 ? bytes.length : feed;
      if (this.line.length + to - at > 16384) return this.fail('A chunk line of more than 16384 octets.', base + at);
      this.line += bytes.toString('latin1', at, to);
      at = to + 1;
      if (feed >= 0) this.lineRead(base + feed);
    }
  }

  /** No more will come. */
  finish(offset: number): void {
    if (this.state === 'done' || this.state === 'broken') return;
    note(this.problems, 'http-chunked-truncated', 'The chunked body ends before its last chunk.', offset);
    this.end = offset;
  }

  private fail(message: string, offset: number): void {
    note(this.problems, 'http-chunked-malformed', message, offset);
    this.state = 'broken';
    this.end = offset;
  }

  private lineRead(feed: number): void {
    const ended = this.line.endsWith('\r');
    const line = ended ? this.line.slice(0, -1) : this.line;
    const start = feed - this.line.length;
    this.line = '';
    if (!ended) note(this.problems, 'http-bare-lf', 'A line of the chunked coding ends in LF alone.', start, feed + 1 - start);
    if (this.state === 'data-end') {
      if (line !== '') return this.fail(`A chunk is longer than its size says: “${line.slice(0, 40)}” follows it.`, start);
      this.state = 'size';
    } else if (this.state === 'trailer') {
      if (line !== '') this.trailers++;
      else {
        this.state = 'done';
        this.end = feed + 1;
      }
    } else {
      const size = /^([0-9A-Fa-f]{1,12})[ \t]*(;.*)?$/.exec(line);
      if (!size) return this.fail(`“${line.slice(0, 40)}” is no chunk size.`, start);
      this.left = Number.parseInt(size[1] ?? '0', 16);
      this.state = this.left === 0 ? 'trailer' : 'data';
    }
  }
}
