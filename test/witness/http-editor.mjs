/**
 * A very small editor of stored HTTP messages and their MIME parts. It shares no line with the readers under test.
 * An unedited message is written back byte for byte; a chunked body becomes one chunk as soon as it was edited.
 */
const CRLF2 = Buffer.from('\r\n\r\n');

/** Head and body of a raw HTTP message; the transfer coding is undone. */
export function readHttp(raw) {
  const end = raw.indexOf(CRLF2);
  if (end < 0) throw new Error('http-editor: no empty line behind the head');
  const [startLine, ...lines] = raw.toString('latin1', 0, end).split('\r\n');
  const message = { startLine, headers: lines.map(splitHeader), body: raw.subarray(end + 4), chunked: false };
  if (/\bchunked\b/i.test(header(message.headers, 'Transfer-Encoding') ?? '')) {
    message.chunked = true;
    message.body = unchunk(message.body);
  }
  return message;
}

/** The raw message again. Content-Length is mended unless the edits want it kept. */
export function writeHttp(message, keepContentLength) {
  if (message.parts) message.body = writeParts(message);
  const headers = message.headers.map((field) => ({ ...field }));
  const length = headers.find((field) => field.name.toLowerCase() === 'content-length');
  if (length && !keepContentLength && !message.truncated) length.text = ` ${message.body.length}`;
  const head = [message.startLine, ...headers.map((field) => (field.name === '' ? field.text : `${field.name}:${field.text}`))].join('\r\n');
  const body = message.chunked ? chunk(message.body) : message.body;
  const raw = Buffer.concat([Buffer.from(head, 'latin1'), CRLF2, body]);
  return message.truncated ? raw.subarray(0, raw.length - message.truncated) : raw;
}

/** A field keeps the text behind its colon as it was written; a line without colon keeps all of it. */
function splitHeader(line) {
  const colon = line.indexOf(':');
  return colon < 0 ? { name: '', text: line } : { name: line.slice(0, colon), text: line.slice(colon + 1) };
}

export const header = (headers, name) => headers.find((field) => field.name.toLowerCase() === name.toLowerCase())?.text.trim();

function unchunk(body) {
  const out = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    if (lineEnd < 0) break;
    const size = parseInt(body.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) break;
    out.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(out);
}

const chunk = (body) => Buffer.concat([Buffer.from(body.length ? `${body.length.toString(16)}\r\n` : ''), body, Buffer.from(body.length ? '\r\n0\r\n\r\n' : '0\r\n\r\n')]);

/** Parts of a multipart body: `message.parts`, `message.preamble`, `message.epilogue`. Without boundary: an error. */
export function readParts(message) {
  if (message.parts) return message.parts;
  const type = header(message.headers, 'Content-Type') ?? '';
  const match = /boundary=(?:"([^"]*)"|([^;\s]+))/i.exec(type);
  if (!/^multipart\//i.test(type) || !match) throw new Error(`http-editor: not a multipart message (Content-Type: ${type})`);
  const boundary = match[1] ?? match[2];
  const dash = Buffer.from(`--${boundary}`, 'latin1');
  const { body } = message;
  const marks = [];
  for (let at = body.indexOf(dash); at >= 0; at = body.indexOf(dash, at + dash.length)) {
    if (at === 0 || (body[at - 2] === 13 && body[at - 1] === 10)) marks.push(at);
  }
  message.boundary = boundary;
  message.preamble = body.subarray(0, marks[0] ?? body.length);
  message.parts = [];
  message.epilogue = undefined;
  marks.forEach((mark, index) => {
    const after = mark + dash.length;
    if (body.toString('latin1', after, after + 2) === '--') {
      message.epilogue = body.subarray(after + 2);
      return;
    }
    const lineEnd = body.indexOf('\r\n', after);
    const end = index + 1 < marks.length ? marks[index + 1] - 2 : body.length;
    message.parts.push(readPart(body.subarray(lineEnd + 2, end)));
  });
  return message.parts;
}

function readPart(bytes) {
  if (bytes.indexOf('\r\n') === 0) return { headers: [], body: bytes.subarray(2) };
  const end = bytes.indexOf(CRLF2);
  return { headers: bytes.toString('latin1', 0, end).split('\r\n').map(splitHeader), body: bytes.subarray(end + 4) };
}

function writeParts(message) {
  const out = [message.preamble];
  for (const part of message.parts) {
    const head = part.headers.map((field) => `${field.name}:${field.text}\r\n`).join('');
    out.push(Buffer.from(`--${message.boundary}\r\n${head}\r\n`, 'latin1'), part.body, Buffer.from('\r\n'));
  }
  if (message.epilogue) out.push(Buffer.from(`--${message.boundary}--`, 'latin1'), message.epilogue);
  return Buffer.concat(out);
}
