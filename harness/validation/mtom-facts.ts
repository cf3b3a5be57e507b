/** What several MTOM checks ask of a message. */
import type { Location, Observation } from '../contracts.js';
import { attribute, descendants } from '../formats/xml.js';
import type { MimePart, SoapMessage, XmlElement } from '../formats/model.js';
import { notApplicable } from './define.js';
import { XOP } from './soap-names.js';

/** A capture of a body alone is a package whose media type is not at hand. */
const headUnknown = (m: SoapMessage): boolean => m.mediaType === undefined && m.http === undefined && m.mime !== undefined;

export const isMultipart = (m: SoapMessage): boolean => m.mediaType?.type.startsWith('multipart/') || headUnknown(m);

/** Rules on the package hold where there is one; ASY-MTOM-013 says whether there must be. */
export function withoutPackage(m: SoapMessage): Observation | undefined {
  if (isMultipart(m)) return undefined;
  const header = contentType(m);
  return notApplicable('The message is no multipart package; ASY-MTOM-013 speaks of it.', header && m.at(header));
}

/** Rules on the package's media type. */
export const withoutMediaType = (m: SoapMessage): Observation | undefined =>
  withoutPackage(m) ?? (headUnknown(m) ? notApplicable('The Content-Type of the package is not at hand.') : undefined);

const contentType = (m: SoapMessage) => m.http?.headers.find(({ name }) => name.toLowerCase() === 'content-type');

/** The place of the message's Content-Type header; a file without an HTTP head has none. */
export function contentTypePlace(m: SoapMessage): { at?: Location } {
  const header = contentType(m);
  return header ? { at: m.at(header) } : {};
}

/** The place of a part's header, or of the part where it lacks the header. */
export function partHeaderPlace(m: SoapMessage, part: MimePart, name: string): Location {
  return m.at(part.headers.find((header) => header.name.toLowerCase() === name.toLowerCase()) ?? part);
}

/** `application/soap+xml` of `application/soap+xml; action="x"`, in lower case. */
export const baseType = (value: string | undefined): string | undefined => value?.split(';', 1)[0]?.trim().toLowerCase();

/** Each xop:Include of the envelope, in order. */
export const includes = (m: SoapMessage): XmlElement[] => descendants(m.xml.root, 'Include', XOP);

export const href = (include: XmlElement): string => attribute(include, 'href')?.value.trim() ?? '';

/** The id that a cid URI names; undefined where it is none: RFC 2392. */
export function cidOf(uri: string): string | undefined {
  if (!/^cid:/i.test(uri)) return undefined;
  try {
    return decodeURIComponent(uri.slice(4));
  } catch {
    return uri.slice(4);
  }
}

/** Content-ID, start parameter and cid URI name the same thing with and without angle brackets: RFC 2392. */
export const withoutBrackets = (id: string): string => /^<(.*)>$/s.exec(id.trim())?.[1] ?? id.trim();

/** Parts by their Content-ID. */
export function partsById(m: SoapMessage): Map<string, MimePart[]> {
  const byId = new Map<string, MimePart[]>();
  for (const part of m.mime?.parts ?? []) {
    if (part.contentId === undefined) continue;
    const id = withoutBrackets(part.contentId);
    const named = byId.get(id);
    if (named) named.push(part);
    else byId.set(id, [part]);
  }
  return byId;
}
