/**
 * An element written out as text for schema validation, so that each line of the text stands for one element: schema processors report lines,
 * and a line then leads back to the element's exact place in the stored message.
 */
import type { XmlAttribute, XmlElement } from '../formats/model.js';

export interface PayloadText {
  text: string;
  /** The element that a line of the text (from 1) stands for. */
  elementAt: (line: number) => XmlElement;
}

const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XDSB = 'urn:ihe:iti:xds-b:2007';
/** Inline documents beyond this length are judged here and stand in the text as a token: schema processors limit the length of a text. */
const LONG_CONTENT = 1_000_000;

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\r': '&#13;', '\t': '&#9;' };
const escape = (text: string): string => text.replace(/[&<>"\n\r\t]/g, (character) => escapes[character] ?? character);

const qName = ({ prefix, local }: { prefix: string; local: string }): string => (prefix ? `${prefix}:${local}` : local);
const declares = (attribute: XmlAttribute): boolean => attribute.namespace === XMLNS || attribute.prefix === 'xmlns' || (attribute.prefix === '' && attribute.local === 'xmlns');

/** Namespace declarations of the ancestors that are in scope at an element; the nearest wins. */
function inherited(element: XmlElement): XmlAttribute[] {
  const seen = new Set(element.attributes.filter(declares).map(qName));
  const found: XmlAttribute[] = [];
  for (let parent = element.parent; parent; parent = parent.parent) {
    for (const attribute of parent.attributes.filter(declares)) {
      if (seen.has(qName(attribute))) continue;
      seen.add(qName(attribute));
      found.push(attribute);
    }
  }
  return found;
}

/** Writes an element with everything in it; comments and processing instructions are left out. */
export function payloadText(root: XmlElement): PayloadText {
  const out: string[] = [];
  const elements: XmlElement[] = [];
  const write = (element: XmlElement, declarations: readonly XmlAttribute[]): void => {
    elements.push(element);
    const name = qName(element);
    // The one line break of an element stands inside its start tag, where it is no content.
    out.push(`<${name}\n`, [...declarations, ...element.attributes].map((attribute) => ` ${qName(attribute)}="${escape(attribute.value)}"`).join(''), '>');
    const long = element.local === 'Document' && element.namespace === XDSB;
    for (const child of element.children) {
      if (child.kind === 'element') write(child, []);
      else out.push(long && child.value.length > LONG_CONTENT && isBase64(child.value) ? 'AAAA' : escape(child.value));
    }
    out.push(`</${name}>`);
  };
  write(root, inherited(root));
  return { text: out.join(''), elementAt: (line) => elements[line - 2] ?? root };
}

/** Whether a text is base64 to its last character, line breaks aside: RFC 4648 section 4. */
export function isBase64(text: string): boolean {
  const bare = text.replace(/[ \t\r\n]+/g, '');
  return bare.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(bare);
}
