/** An xds:Document: inside the envelope as base64, or in a part of its own that xop:Include names. */
import { createHash } from 'node:crypto';
import type { DocumentContent, SoapMessage, XmlElement } from './model.js';
import { attribute, descendants, textOf } from './xml.js';

/** What an xds:Document holds. Size and hash are undefined where its octets cannot be had. */
export function documentContent(element: XmlElement, message: SoapMessage): DocumentContent {
  const content: DocumentContent = { element };
  const id = attribute(element, 'id')?.value;
  if (id !== undefined) content.id = id;
  const include = descendants(element, 'Include')[0];
  if (include) {
    content.include = include;
    const part = message.included(include);
    if (part) Object.assign(content, { part, size: part.decodedSize, sha1: part.sha1, ...(part.bytes && { bytes: part.bytes }) });
    return content;
  }
  content.inline = textOf(element);
  const bytes = base64(content.inline);
  if (bytes) Object.assign(content, { size: bytes.length, sha1: createHash('sha1').update(bytes).digest('hex'), bytes });
  return content;
}

/** White space is skipped, padding may be missing; undefined with any other stray character. */
function base64(text: string): Buffer | undefined {
  const bare = text.replace(/[\t\n\r ]+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bare) || bare.replace(/=+$/, '').length % 4 === 1) return undefined;
  return Buffer.from(bare, 'base64');
}
