/** HTTP messages with multipart bodies, taken apart and put together again by hand: shares nothing with what is tested. */
import { createHash } from 'node:crypto';

export interface Part {
  /** Header lines, each with its line end. */
  head: string;
  body: Buffer;
}
export interface WireMessage {
  startLine: string;
  headers: [string, string][];
  boundary: string;
  parts: Part[];
}

const CRLF = '\r\n';

export const headerOf = (message: Pick<WireMessage, 'headers'>, name: string): string | undefined => message.headers.find(([own]) => own.toLowerCase() === name.toLowerCase())?.[1];

/** The whole message, once its last octet has come. */
export function wholeMessage(bytes: Buffer): Buffer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const length = /^content-length:\s*(\d+)/im.exec(head)?.[1];
  if (length !== undefined) return bytes.length >= end + 4 + Number(length) ? bytes : undefined;
  if (/^transfer-encoding:\s*chunked/im.test(head)) return bytes.indexOf('\r\n0\r\n\r\n', end) >= 0 ? bytes : undefined;
  return bytes;
}

export function takeApart(bytes: Buffer): WireMessage {
  const end = bytes.indexOf('\r\n\r\n');
  const [startLine = '', ...lines] = bytes.toString('latin1', 0, end).split(CRLF);
  const headers = lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
  const rest = bytes.subarray(end + 4);
  const body = headerOf({ headers }, 'Transfer-Encoding') === 'chunked' ? unchunked(rest) : rest;
  const boundary = /boundary="?([^";]+)/i.exec(headerOf({ headers }, 'Content-Type') ?? '')?.[1] ?? '';
  return { startLine, headers, boundary, parts: partsOf(body, boundary) };
}

function unchunked(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf(CRLF, at);
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (!(size > 0)) return Buffer.concat(pieces);
    pieces.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

function partsOf(body: Buffer, boundary: string): Part[] {
  const parts: Part[] = [];
  const mark = `--${boundary}`;
  for (let at = body.indexOf(mark); at >= 0; ) {
    const next = body.indexOf(`${CRLF}${mark}`, at);
    if (next < 0) break;
    const start = body.indexOf(CRLF, at) + 2;
    const head = body.indexOf('\r\n\r\n', start - 2);
    parts.push({ head: body.toString('latin1', start, head + 2), body: body.subarray(head + 4, next) });
    at = next + 2;
  }
  return parts;
}

export function bodyOf(message: WireMessage, close = true): Buffer {
  const pieces = message.parts.flatMap(({ head, body }) => [Buffer.from(`--${message.boundary}${CRLF}${head}${CRLF}`, 'latin1'), body, Buffer.from(CRLF)]);
  return Buffer.concat([...pieces, ...(close ? [Buffer.from(`--${message.boundary}--${CRLF}`)] : [])]);
}

/** Start line and headers with another length, and `set` in place of headers of these names or behind them. */
export function headOf(message: Pick<WireMessage, 'startLine' | 'headers'>, length: number | undefined, set: Record<string, string> = {}): Buffer {
  const gone = new Set(['content-length', 'transfer-encoding', 'expect', ...Object.keys(set).map((name) => name.toLowerCase())]);
  const kept = message.headers.filter(([name]) => !gone.has(name.toLowerCase()));
  const added = [...Object.entries(set), ...(length === undefined ? [] : [['Content-Length', String(length)]])];
  return Buffer.from([message.startLine, ...[...kept, ...added].map(([name, value]) => `${name}: ${value}`), '', ''].join(CRLF), 'latin1');
}

export function putTogether(message: WireMessage, options: { set?: Record<string, string>; close?: boolean } = {}): Buffer {
  const body = bodyOf(message, options.close);
  return Buffer.concat([headOf(message, body.length, options.set), body]);
}

/** The message with another text of its first part, the envelope. */
export const withEnvelope = (message: WireMessage, edit: (text: string) => string | Buffer): WireMessage => withPart(message, 0, (body) => Buffer.from(edit(body.toString('utf8'))));

export const withPart = (message: WireMessage, index: number, edit: (body: Buffer) => Buffer): WireMessage => ({ ...message, parts: message.parts.map((part, at) => (at === index ? { ...part, body: edit(part.body) } : part)) });

/** The submission with another document, whose size and hash its metadata state rightly. */
export function withDocument(message: WireMessage, edit: (body: Buffer) => Buffer): WireMessage {
  const before = message.parts[1]?.body ?? Buffer.alloc(0);
  const changed = withPart(message, 1, edit);
  const after = changed.parts[1]?.body ?? Buffer.alloc(0);
  const sha1 = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');
  return withEnvelope(changed, (text) => replaced(replaced(text, sha1(before), sha1(after)), `>${before.length}<`, `>${after.length}<`));
}

/** Fails loudly where there is nothing to replace: a case that changes nothing would prove nothing. */
export function once(text: string, what: string, by: string): string {
  if (!text.includes(what)) throw new Error(`expected ${JSON.stringify(what)} in the message, found none`);
  return text.replace(what, () => by);
}

/** Each occurrence. */
export function replaced(text: string, what: string, by: string): string {
  if (!text.includes(what)) throw new Error(`expected ${JSON.stringify(what)} in the message, found none`);
  return text.replaceAll(what, () => by);
}
