/**
 * Octets of an XML entity to text, with the way back from a place in the text to its octet.
 * Precedence: byte order mark, charset parameter, XML declaration, UTF-8 (RFC 7303 section 3, XML 1.0 appendix F).
 */
import { isAscii, isUtf8 } from 'node:buffer';

export interface DecodedText {
  text: string;
  encoding: string;
  /** Octet of a place in the text. Cheap where it is asked for in ascending order. */
  offsetOf(index: number): number;
  /** Where decoding had to stop; `text` ends before it. */
  stopped?: { code: string; message: string; offset: number; length: number };
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Decodes by the rules above. An encoding that has no known way back to octets gives `stopped` at the first octet. */
export function decodeXmlText(bytes: Uint8Array, charset?: string): DecodedText {
  const buffer = asBuffer(bytes);
  if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) return utf8(buffer, 3);
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return utf16(buffer, 2, false);
  if (buffer[0] === 0xfe && buffer[1] === 0xff) return utf16(buffer, 2, true);
  const zeroFirst = buffer[0] === 0 && buffer[1] === 0x3c;
  const zeroSecond = buffer[0] === 0x3c && buffer[1] === 0;
  const label = (charset?.trim() || (zeroFirst || zeroSecond ? 'utf-16' : declared(buffer)) || 'utf-8').trim().toLowerCase();
  if (label === 'utf-8' || label === 'utf8') return utf8(buffer, 0);
  if (label === 'utf-16') return utf16(buffer, 0, !zeroSecond);
  if (label === 'utf-16le' || label === 'utf-16be') return utf16(buffer, 0, label === 'utf-16be');
  if (label === 'us-ascii' || label === 'ascii') return ascii(buffer);
  if (label === 'iso-8859-1' || label === 'latin1') return { text: buffer.toString('latin1'), encoding: 'iso-8859-1', offsetOf: (index) => index };
  return singleByte(buffer, label);
}

function declared(buffer: Buffer): string | undefined {
  const start = buffer.subarray(0, 256).toString('latin1');
  return /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/.exec(start)?.[1];
}

function utf8(buffer: Buffer, skip: number): DecodedText {
  const rest = buffer.subarray(skip);
  if (isAscii(rest)) return { text: rest.toString('latin1'), encoding: 'utf-8', offsetOf: (index) => index + skip };
  const bad = isUtf8(rest) ? -1 : firstBadUtf8(rest);
  const text = (bad < 0 ? rest : rest.subarray(0, bad)).toString('utf8');
  const decoded: DecodedText = { text, encoding: 'utf-8', offsetOf: utf8Offsets(text, skip) };
  if (bad >= 0) {
    const octets = rest.subarray(bad, bad + 4).toString('hex');
    decoded.stopped = { code: 'xml-invalid-utf8', message: `These octets are not UTF-8: ${octets}.`, offset: bad + skip, length: 1 };
  }
  return decoded;
}

/** UTF-8 has one to four octets a character, so the way back is counted, from the last place that was asked for. */
function utf8Offsets(text: string, skip: number): (index: number) => number {
  let at = 0;
  let octet = skip;
  return (index) => {
    if (index < at) {
      at = 0;
      octet = skip;
    }
    const end = Math.min(index, text.length);
    for (; at < end; at++) {
      const unit = text.charCodeAt(at);
      // A surrogate pair is four octets: two counted for each half.
      octet += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
    }
    return octet;
  };
}

function firstBadUtf8(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > bytes.length) return at;
    for (let i = 1; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return at;
    const second = bytes[at + 1] ?? 0;
    // Overlong forms, surrogates and values beyond U+10FFFF (RFC 3629 section 4).
    if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f) || (first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f)) return at;
    at += length;
  }
  return -1;
}

function utf16(buffer: Buffer, skip: number, bigEndian: boolean): DecodedText {
  const even = buffer.subarray(skip, skip + ((buffer.length - skip) & ~1));
  const text = (bigEndian ? Buffer.from(even).swap16() : even).toString('utf16le');
  const decoded: DecodedText = { text, encoding: bigEndian ? 'utf-16be' : 'utf-16le', offsetOf: (index) => skip + 2 * index };
  if ((buffer.length - skip) % 2 === 1) {
    decoded.stopped = { code: 'xml-invalid-utf16', message: 'UTF-16 has two octets a unit; one octet is left over at the end.', offset: buffer.length - 1, length: 1 };
  }
  const lone = /[\ud800-\udfff]/u.exec(text);
  if (lone) {
    decoded.text = text.slice(0, lone.index);
    decoded.stopped = { code: 'xml-invalid-utf16', message: 'A surrogate without its other half.', offset: skip + 2 * lone.index, length: 2 };
  }
  return decoded;
}

function ascii(buffer: Buffer): DecodedText {
  const bad = isAscii(buffer) ? -1 : buffer.findIndex((octet) => octet > 0x7f);
  const decoded: DecodedText = { text: buffer.toString('latin1', 0, bad < 0 ? buffer.length : bad), encoding: 'us-ascii', offsetOf: (index) => index };
  if (bad >= 0) decoded.stopped = { code: 'xml-invalid-ascii', message: 'An octet above 7F, which US-ASCII does not have.', offset: bad, length: 1 };
  return decoded;
}

function singleByte(buffer: Buffer, label: string): DecodedText {
  if (/^(iso-8859-([2-9]|1[013456])|windows-125[0-8]|koi8-[ru])$/.test(label)) {
    return { text: new TextDecoder(label).decode(buffer), encoding: label, offsetOf: (index) => index };
  }
  const message = `Encoding “${label.slice(0, 60)}” is not read; UTF-8 or UTF-16 was expected.`;
  return { text: '', encoding: label, offsetOf: () => 0, stopped: { code: 'xml-encoding-unsupported', message, offset: 0, length: Math.min(buffer.length, 1) } };
}
