/** A SOAP message as it is stored, whatever its packaging: XOP package (XOP 1.0), plain HTTP, or XML alone. Read once, judged by others. */
import type { AttemptContext, BlobRef, Location, ViewKey } from '../contracts.js';
import { dicomHeaderLength } from './dicom.js';
import { note } from './headers.js';
import { readMessage, type StreamedMessage, withoutBrackets } from './message-stream.js';
import type { HeaderField, HttpHead, MediaType, MimeBody, MimePart, Problem, SoapMessage, XmlAttribute, XmlDocument, XmlElement, XmlText } from './model.js';
import { transferDecoder } from './transfer-decoding.js';
import { attribute, child, childElements, elementAt, elementPath, parseXml } from './xml.js';

/** First octets that stay of a large part that is no DICOM object. */
const OTHER_HEAD = 64 * 1024;

/** Any message that has an HTTP head, is multipart or begins like XML; undefined for anything else. */
export const soapView: ViewKey<SoapMessage> = {
  name: 'soap',
  async parse(source, blob) {
    const streamed = await readMessage(source, trimHead);
    if (streamed.bare && !beginsLikeXml(streamed.whole?.bytes ?? Buffer.alloc(0))) return undefined;
    return new StoredMessage(blob, streamed);
  },
};

function trimHead(head: Buffer): Buffer {
  const length = dicomHeaderLength(head) ?? OTHER_HEAD;
  return length < head.length ? Buffer.from(head.subarray(0, length)) : head;
}

function beginsLikeXml(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, 4096);
  return /^(\xef\xbb\xbf)?\s*</.test(start) || /^(\xff\xfe|\xfe\xff|\0<|<\0)/.test(start);
}

type Place = XmlElement | XmlAttribute | XmlText | HeaderField | MimePart | Problem | { offset: number; length: number };

class StoredMessage implements SoapMessage {
  readonly http?: HttpHead;
  readonly mediaType?: MediaType;
  readonly packaging: SoapMessage['packaging'];
  readonly mime?: MimeBody;
  readonly rootPart?: MimePart;
  readonly xml: XmlDocument;
  readonly envelope?: XmlElement;
  readonly header?: XmlElement;
  readonly body?: XmlElement;
  readonly payload?: XmlElement;
  readonly addressing: XmlElement[];
  readonly problems: Problem[];

  constructor(
    readonly blob: BlobRef,
    readonly streamed: StreamedMessage,
  ) {
    this.problems = streamed.problems;
    if (streamed.http) this.http = streamed.http;
    if (streamed.mediaType) this.mediaType = streamed.mediaType;
    if (streamed.mime) this.mime = streamed.mime;
    this.packaging = streamed.mime ? 'mtom' : streamed.bare ? 'bare' : 'simple';
    const rootPart = this.findRootPart();
    if (rootPart) this.rootPart = rootPart;
    this.xml = rootPart || !streamed.mime ? this.parse(rootPart) : { problems: [], processingInstructions: [], encoding: 'utf-8', text: '' };
    const { root } = this.xml;
    if (root?.local === 'Envelope') this.envelope = root;
    const header = child(this.envelope, 'Header');
    if (header) this.header = header;
    const body = child(this.envelope, 'Body');
    if (body) this.body = body;
    const payload = body ? childElements(body)[0] : this.envelope ? undefined : root;
    if (payload) this.payload = payload;
    this.addressing = header ? childElements(header).filter((block) => /\/addressing\/?$/.test(block.namespace)) : [];
  }

  included(include: XmlElement): MimePart | undefined {
    const href = attribute(include, 'href')?.value.trim();
    if (href === undefined || !/^cid:/i.test(href)) return undefined;
    let id = href.slice(4);
    try {
      id = decodeURIComponent(id);
    } catch {
      // Not percent-encoded UTF-8: compared as it stands.
    }
    const named = this.mime?.parts.filter((part) => part.contentId !== undefined && withoutBrackets(part.contentId) === id) ?? [];
    return named.length === 1 ? named[0] : undefined;
  }

  at(place: Place, path?: string): Location {
    const { offset, length, found } = this.resolve(place);
    const location: Location = { blob: this.blob, offset, length, ...this.streamed.lines.locate(offset) };
    const named = path ?? found;
    if (named !== undefined) location.path = named;
    return location;
  }

  private resolve(place: Place): { offset: number; length: number; found?: string } {
    if ('kind' in place) {
      if (place.kind === 'element') {
        // An element that holds others is marked by its start tag.
        const end = place.children.some((node) => node.kind === 'element') ? place.startTagEnd : place.end;
        return { offset: place.start, length: Math.max(0, end - place.start), found: elementPath(place) };
      }
      const owner = elementAt(this.xml.root, place.start);
      return { offset: place.start, length: place.end - place.start, ...(owner && { found: `${elementPath(owner)}/text()` }) };
    }
    if ('start' in place) {
      const owner = elementAt(this.xml.root, place.start);
      return { offset: place.start, length: place.end - place.start, ...(owner && { found: `${elementPath(owner)}/@${place.local}` }) };
    }
    if ('decodedSize' in place) return { offset: place.offset, length: this.extent(place), found: `part[${place.index}]` };
    if ('name' in place) {
      const part = this.mime?.parts.find((candidate) => candidate.headers.includes(place));
      return { offset: place.offset, length: place.length, found: part ? `part[${part.index}]/${place.name}` : place.name };
    }
    return { offset: place.offset, length: place.length };
  }

  /** Octets of the blob that a part covers, chunk lines within it included. */
  private extent(part: MimePart): number {
    if (part.size === 0) return 0;
    return this.streamed.segments.toBlob(this.streamed.startOf(part) + part.size - 1) + 1 - part.offset;
  }

  private findRootPart(): MimePart | undefined {
    const parts = this.mime?.parts;
    const start = this.mediaType?.parameters['start'];
    if (!parts || start === undefined) return parts?.[0];
    const named = parts.find((part) => part.contentId !== undefined && withoutBrackets(part.contentId) === withoutBrackets(start));
    if (!named && this.mime) note(this.mime.problems, 'mime-start-unresolved', `No part has the Content-ID that start names: ${start.slice(0, 100)}; the first part is taken.`, parts[0]?.offset ?? 0);
    return named ?? parts[0];
  }

  private parse(part: MimePart | undefined): XmlDocument {
    const bytes = part ? part.bytes : this.streamed.whole?.bytes;
    const base = part ? this.streamed.startOf(part) : 0;
    const plain = part === undefined || part.decodedSize === part.size;
    const toBlob = plain ? (offset: number) => this.streamed.segments.toBlob(base + offset) : () => part.offset;
    const encoding = (part ?? this).mediaType?.parameters['charset'];
    if (bytes === undefined || (!part && this.streamed.whole?.overflowed)) {
      const problem = { code: 'xml-too-large', message: 'The XML is too large to be read.', offset: toBlob(0), length: 1 };
      return { problems: [problem], processingInstructions: [], encoding: encoding ?? 'utf-8', text: '' };
    }
    return parseXml(bytes, { toBlob, ...(encoding !== undefined && { encoding }) });
  }
}

/** Place in the blob of an octet of a part's body; undefined where a transfer encoding was undone or the message is not a stored one. */
export function placeInPart(message: SoapMessage, part: MimePart, offset: number): number | undefined {
  if (!(message instanceof StoredMessage) || part.decodedSize !== part.size) return undefined;
  return message.streamed.segments.toBlob(message.streamed.startOf(part) + offset);
}

/** Offset of a part whose octets lie in the blob without interruption and as they are; undefined otherwise. */
export function contiguousBase(message: SoapMessage, part: MimePart): number | undefined {
  if (!(message instanceof StoredMessage) || part.decodedSize !== part.size) return undefined;
  const start = message.streamed.startOf(part);
  return message.streamed.segments.contiguous(start, start + part.size) ? part.offset : undefined;
}

/** Octets of a part of any size from the store, chunk lines left out and transfer encoding undone. */
export async function* partOctets(message: SoapMessage, part: MimePart, read: AttemptContext['read']): AsyncIterable<Uint8Array> {
  if (part.bytes) {
    yield part.bytes;
    return;
  }
  if (!(message instanceof StoredMessage)) return;
  const { segments } = message.streamed;
  const start = message.streamed.startOf(part);
  const decoder = transferDecoder(part.transferEncoding);
  for (const run of segments.runsBetween(start, start + part.size)) {
    for await (const octets of read(message.blob, { from: run.offset, to: run.offset + run.length })) {
      yield decoder ? decoder.push(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)) : octets;
    }
  }
  if (decoder) yield decoder.finish();
}
