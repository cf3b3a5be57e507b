/**
 * Finds where HTTP/1.1 messages begin and end in a stream of bytes (RFC 9112 section 6), and nothing else: header values are
 * read from the stored bytes by others. It holds one head at most; bodies pass by.
 */

export interface FramerLimits {
  /** Request line and header lines together, and each trailer section. */
  headBytes: number;
  headerLines: number;
  bodyBytes: number;
}
/** Why a message cannot be framed, and the status that says so to its sender. */
export interface FramingProblem {
  status: 400 | 413 | 414 | 431 | 505;
  why: string;
}
export interface MessageHead {
  /** Of a request. */
  method: string;
  target: string;
  /** Of a response; 0 for a request. */
  status: number;
}
export interface Framed {
  /** Bytes of the chunk up to here belong to this message. */
  end: number;
  done: boolean;
  problem?: FramingProblem;
}

type State = 'head' | 'length' | 'chunk size' | 'chunk' | 'chunk end' | 'trailer' | 'until close' | 'done' | 'failed';

const LF = 10;
const CR = 13;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const CHUNK_LINE_CAP = 16 * 1024;

export class MessageFramer {
  readonly #kind: 'request' | 'response';
  readonly #limits: FramerLimits;
  /** A response to HEAD has no body, whatever its header says. */
  readonly #noBody: boolean;
  #state: State = 'head';
  /** The current line, without its end, as long as it is needed. */
  #line: Buffer[] = [];
  #lineBytes = 0;
  #headBytes = 0;
  #lines = 0;
  #startLine?: string;
  #lengths: string[] = [];
  #codings: string[] = [];
  #remaining = 0;
  #bodyBytes = 0;
  head?: MessageHead;

  constructor(kind: 'request' | 'response', limits: FramerLimits, noBody = false) {
    this.#kind = kind;
    this.#limits = limits;
    this.#noBody = noBody;
  }

  /** True once the header section has ended. */
  get headDone(): boolean {
    return this.#state !== 'head' && this.#state !== 'failed';
  }

  /** True while nothing but empty lines came, which may stand before a request line (RFC 9112 section 2.2). */
  get blank(): boolean {
    return this.#state === 'head' && this.#startLine === undefined && this.#lineBytes === 0;
  }

  /** Takes bytes of the chunk from `from` on, up to the end of the message or of the chunk. */
  consume(chunk: Uint8Array, from: number): Framed {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = from;
    while (at < bytes.length && this.#state !== 'done') {
      const next = this.#step(bytes, at);
      if (typeof next !== 'number') {
        this.#state = 'failed';
        // The rest of what came goes with it: it is evidence too.
        return { end: bytes.length, done: false, problem: next };
      }
      at = next;
    }
    return { end: at, done: this.#state === 'done' };
  }

  /** The stream ended. True: the message is whole (a response that lasts until the connection closes, RFC 9112 section 6.3). */
  finish(): boolean {
    if (this.#state === 'until close') this.#state = 'done';
    return this.#state === 'done';
  }

  #step(bytes: Buffer, at: number): number | FramingProblem {
    switch (this.#state) {
      case 'length':
      case 'chunk': {
        const taken = Math.min(this.#remaining, bytes.length - at);
        this.#remaining -= taken;
        if (this.#remaining === 0) this.#state = this.#state === 'length' ? 'done' : 'chunk end';
        return at + taken;
      }
      case 'until close': {
        this.#bodyBytes += bytes.length - at;
        return this.#bodyBytes > this.#limits.bodyBytes ? this.#tooLarge() : bytes.length;
      }
      default:
        return this.#lineStep(bytes, at);
    }
  }

  /** Everything that comes in lines: head, chunk sizes, trailers. */
  #lineStep(bytes: Buffer, at: number): number | FramingProblem {
    if (this.#state === 'head' && this.#startLine === undefined && this.#lineBytes === 0) {
      const refused = refuseFirstByte(bytes, at, this.#kind);
      if (refused) return refused;
    }
    const feed = bytes.indexOf(LF, at);
    const end = feed < 0 ? bytes.length : feed;
    this.#line.push(Buffer.from(bytes.subarray(at, end)));
    this.#lineBytes += end - at;
    this.#headBytes += end - at + (feed < 0 ? 0 : 1);
    const overlong = this.#overlong();
    if (overlong) return overlong;
    if (feed < 0) return bytes.length;
    let line = Buffer.concat(this.#line);
    if (line.at(-1) === CR) line = line.subarray(0, -1);
    this.#line = [];
    this.#lineBytes = 0;
    const problem = this.#takeLine(line.toString('latin1'));
    return problem ?? feed + 1;
  }

  #overlong(): FramingProblem | undefined {
    if (this.#state === 'chunk size' || this.#state === 'chunk end') {
      return this.#lineBytes > CHUNK_LINE_CAP ? { status: 400, why: `expected a chunk size line, found ${this.#lineBytes} bytes without a line end` } : undefined;
    }
    if (this.#headBytes <= this.#limits.headBytes) return undefined;
    if (this.#startLine === undefined) return { status: 414, why: `the request line is longer than ${this.#limits.headBytes} bytes` };
    return { status: 431, why: `the header section is larger than ${this.#limits.headBytes} bytes` };
  }

  #takeLine(line: string): FramingProblem | undefined {
    switch (this.#state) {
      case 'chunk size':
        return this.#chunkSize(line);
      case 'chunk end':
        if (line !== '') return { status: 400, why: 'expected CR LF behind a chunk, found more bytes: the chunk is longer than its size says' };
        this.#startChunkLine();
        return undefined;
      case 'trailer':
        if (line === '') this.#state = 'done';
        else if ((this.#lines += 1) > this.#limits.headerLines) return { status: 431, why: `more than ${this.#limits.headerLines} trailer lines` };
        return undefined;
      default:
        return this.#headLine(line);
    }
  }

  #headLine(line: string): FramingProblem | undefined {
    if (this.#startLine === undefined) {
      if (line === '') return undefined;
      this.#startLine = line;
      return this.#kind === 'request' ? this.#requestLine(line) : this.#statusLine(line);
    }
    if (line === '') return this.#headEnd();
    if ((this.#lines += 1) > this.#limits.headerLines) return { status: 431, why: `more than ${this.#limits.headerLines} header lines` };
    const colon = line.indexOf(':');
    if (colon < 0) return undefined; // Continuation or nonsense: the parser behind us decides.
    const name = line.slice(0, colon).toLowerCase();
    if (name === 'content-length') this.#lengths.push(line.slice(colon + 1).trim());
    else if (name === 'transfer-encoding') this.#codings.push(...line.slice(colon + 1).split(',').map((coding) => coding.trim().toLowerCase()));
    return undefined;
  }

  #requestLine(line: string): FramingProblem | undefined {
    const parts = line.split(' ');
    const [method = '', target = '', version = ''] = parts;
    if (parts.length !== 3 || !TOKEN.test(method) || target === '') return { status: 400, why: 'expected a request line `METHOD target HTTP/1.1`, found something else' };
    if (!/^HTTP\/1\.[01]$/.test(version)) return { status: 505, why: `expected HTTP/1.1 (or 1.0), found ${JSON.stringify(version.slice(0, 20))}` };
    this.head = { method, target, status: 0 };
    return undefined;
  }

  #statusLine(line: string): FramingProblem | undefined {
    const match = /^HTTP\/1\.[01] ([1-5][0-9]{2})(?: .*)?$/.exec(line);
    if (!match) return { status: 400, why: 'expected a status line `HTTP/1.1 200 OK`, found something else' };
    this.head = { method: '', target: '', status: Number(match[1]) };
    return undefined;
  }

  /** Length of the body, by RFC 9112 section 6.3. */
  #headEnd(): FramingProblem | undefined {
    const status = this.head?.status ?? 0;
    if (this.#kind === 'response' && (this.#noBody || status < 200 || status === 204 || status === 304)) {
      this.#state = 'done';
      return undefined;
    }
    if (this.#codings.length > 0) {
      // Both together is how requests are smuggled: refused, as the parser behind us would.
      if (this.#lengths.length > 0) return { status: 400, why: 'expected Content-Length or Transfer-Encoding, found both' };
      if (this.#codings.at(-1) === 'chunked') this.#startChunkLine();
      else if (this.#kind === 'request') return { status: 400, why: `expected a Transfer-Encoding that ends in chunked, found ${JSON.stringify(this.#codings.join(', ').slice(0, 80))}` };
      else this.#state = 'until close';
      return undefined;
    }
    const lengths = new Set(this.#lengths.flatMap((value) => value.split(',').map((one) => one.trim())));
    const [length] = lengths;
    if (length === undefined) {
      this.#state = this.#kind === 'request' ? 'done' : 'until close';
      return undefined;
    }
    if (lengths.size > 1 || !/^[0-9]{1,15}$/.test(length)) return { status: 400, why: `expected one Content-Length of digits, found ${JSON.stringify([...lengths].join(', ').slice(0, 80))}` };
    this.#remaining = Number(length);
    if (this.#remaining > this.#limits.bodyBytes) return this.#tooLarge();
    this.#state = this.#remaining === 0 ? 'done' : 'length';
    return undefined;
  }

  /** Chunk extensions (RFC 9112 section 7.1.1) pass by unread. */
  #chunkSize(line: string): FramingProblem | undefined {
    const match = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/s.exec(line);
    if (!match?.[1]) return { status: 400, why: `expected a chunk size in hex digits, found ${JSON.stringify(line.slice(0, 40))}` };
    const size = parseInt(match[1], 16);
    if (size === 0) {
      this.#state = 'trailer';
      this.#headBytes = 0;
      this.#lines = 0;
      return undefined;
    }
    this.#bodyBytes += size;
    if (this.#bodyBytes > this.#limits.bodyBytes) return this.#tooLarge();
    this.#remaining = size;
    this.#state = 'chunk';
    return undefined;
  }

  #startChunkLine(): void {
    this.#state = 'chunk size';
    this.#line = [];
    this.#lineBytes = 0;
  }

  #tooLarge(): FramingProblem {
    return { status: 413, why: `the body is larger than ${this.#limits.bodyBytes} bytes` };
  }
}

/** Names what was meant for another kind of port at its first byte, without waiting for a line that may never end. */
function refuseFirstByte(bytes: Buffer, at: number, kind: 'request' | 'response'): FramingProblem | undefined {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1];
  if (kind === 'request' && first === 0x16 && (second === undefined || second === 3)) return { status: 400, why: 'a TLS ClientHello on a plain HTTP port: use http://, or give this listener a certificate' };
  if (kind === 'request' && first === 1 && (second === undefined || second === 0)) return { status: 400, why: 'a DICOM association request on an HTTP port' };
  if (first === CR || first === LF) return undefined;
  if (first <= 0x20 || first >= 0x7f) return { status: 400, why: `expected HTTP/1.1, found a byte 0x${first.toString(16).padStart(2, '0')} where a ${kind} begins` };
  return undefined;
}
