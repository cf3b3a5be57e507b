/** multipart/related packages with an XOP root part (MTOM; XOP section 4, RFC 2387), written as streams. */
import { randomBytes } from 'node:crypto';

export type Headers = [name: string, value: string][];
export interface MtomPart {
  headers: Headers;
  content: Uint8Array | AsyncIterable<Uint8Array>;
  /** Bytes of a streamed content, where known. */
  size?: number;
}
export interface MtomMessage {
  boundary: string;
  /** Parameters of multipart/related, in order. */
  parameters: Headers;
  parts: MtomPart[];
  /** Whether the last delimiter ends with the two hyphens that close the package. */
  closed: boolean;
}
export interface Attachment {
  /** Without angle brackets. */
  contentId: string;
  mediaType: string;
  content: Uint8Array | AsyncIterable<Uint8Array>;
  size?: number;
}

/** A conformant package: the envelope first, then the attachments as binary parts. */
export function mtomMessage(envelopeXml: string, attachments: readonly Attachment[] = []): MtomMessage {
  const boundary = `assay-${randomBytes(12).toString('hex')}`;
  const root = 'envelope@assay';
  return {
    boundary,
    parameters: [
      ['type', 'application/xop+xml'],
      ['boundary', boundary],
      ['start', `<${root}>`],
      ['start-info', 'application/soap+xml'],
    ],
    parts: [
      {
        headers: [
          ['Content-Type', 'application/xop+xml; charset=UTF-8; type="application/soap+xml"'],
          ['Content-Transfer-Encoding', 'binary'],
          ['Content-ID', `<${root}>`],
        ],
        content: Buffer.from(envelopeXml, 'utf8'),
      },
      ...attachments.map(
        ({ contentId, mediaType, content, size }): MtomPart => ({
          headers: [
            ['Content-Type', mediaType],
            ['Content-Transfer-Encoding', 'binary'],
            ['Content-ID', `<${contentId}>`],
          ],
          content,
          ...(size !== undefined && { size }),
        }),
      ),
    ],
    closed: true,
  };
}

export const mtomContentType = (message: MtomMessage): string => `multipart/related; ${message.parameters.map(([name, value]) => `${name}="${value}"`).join('; ')}`;

const partHead = (message: MtomMessage, part: MtomPart): Buffer =>
  Buffer.from(`--${message.boundary}\r\n${part.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`, 'utf8');
const CRLF = Buffer.from('\r\n');
const closing = (message: MtomMessage): Buffer => Buffer.from(`--${message.boundary}${message.closed ? '--' : ''}\r\n`);

/** Octets of the body; undefined where the size of a streamed part is not known. */
export function mtomLength(message: MtomMessage): number | undefined {
  let length = closing(message).length;
  for (const part of message.parts) {
    const size = part.content instanceof Uint8Array ? part.content.length : part.size;
    if (size === undefined) return undefined;
    length += partHead(message, part).length + size + CRLF.length;
  }
  return length;
}

/** The body, part by part: nothing is gathered. */
export async function* mtomBody(message: MtomMessage): AsyncGenerator<Uint8Array> {
  for (const part of message.parts) {
    yield partHead(message, part);
    if (part.content instanceof Uint8Array) yield part.content;
    else yield* part.content;
    yield CRLF;
  }
  yield closing(message);
}

/** Headers of the HTTP message that carries the package: Content-Type, and Content-Length where it is known. */
export function mtomHeaders(message: MtomMessage): Headers {
  const length = mtomLength(message);
  return [['Content-Type', mtomContentType(message)], ...(length === undefined ? [] : ([['Content-Length', String(length)]] as Headers))];
}
