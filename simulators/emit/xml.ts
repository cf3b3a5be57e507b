/** XML as small trees, written one element a line, so that a finding's line shows one thing. */

export interface XmlNode {
  /** With the prefix of `PREFIXES`. */
  name: string;
  attributes: Record<string, string | undefined>;
  children: (XmlNode | string)[];
}

export const NAMESPACES = {
  soap: 'http://www.w3.org/2003/05/soap-envelope',
  wsa: 'http://www.w3.org/2005/08/addressing',
  xdsb: 'urn:ihe:iti:xds-b:2007',
  xdsi: 'urn:ihe:rad:xdsi-b:2009',
  lcm: 'urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0',
  query: 'urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0',
  rim: 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0',
  rs: 'urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0',
  xop: 'http://www.w3.org/2004/08/xop/include',
} as const;
export type Prefix = keyof typeof NAMESPACES;

/** `xmlns:…` attributes for the prefixes named. */
export const declare = (...prefixes: Prefix[]): Record<string, string> => Object.fromEntries(prefixes.map((p) => [`xmlns:${p}`, NAMESPACES[p]]));

/** An element; children that are undefined are left out. */
export function x(name: string, attributes: Record<string, string | undefined> = {}, ...children: (XmlNode | string | undefined)[]): XmlNode {
  return { name, attributes, children: children.filter((c) => c !== undefined) };
}

/** Text into XML (XML 1.0 section 2.4); characters that XML cannot hold become U+FFFD. */
export function escapeXml(value: string): string {
  return value
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

function startTag(node: XmlNode): string {
  const attributes = Object.entries(node.attributes).map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeXml(value)}"`));
  return `<${node.name}${attributes.join('')}`;
}

/** xop:Include must be the only child of its element, white space included (XOP section 3.1). */
const inline = (node: XmlNode): boolean => node.children.every((c) => typeof c === 'string') || node.children.some((c) => typeof c !== 'string' && c.name === 'xop:Include');

function write(node: XmlNode, indent: string, out: string[]): void {
  if (node.children.length === 0) {
    out.push(`${indent}${startTag(node)}/>`);
  } else if (inline(node)) {
    const content = node.children.map((c) => (typeof c === 'string' ? escapeXml(c) : `${startTag(c)}/>`));
    out.push(`${indent}${startTag(node)}>${content.join('')}</${node.name}>`);
  } else {
    out.push(`${indent}${startTag(node)}>`);
    for (const child of node.children) {
      if (typeof child === 'string') {
        if (child.trim()) out.push(escapeXml(child));
      } else write(child, `${indent}  `, out);
    }
    out.push(`${indent}</${node.name}>`);
  }
}

/** The tree as text, without an XML declaration. */
export function renderXml(node: XmlNode): string {
  const out: string[] = [];
  write(node, '', out);
  return out.join('\n');
}

/** Child elements of a name. */
export const childrenOf = (node: XmlNode, name?: string): XmlNode[] => node.children.filter((c): c is XmlNode => typeof c !== 'string' && (!name || c.name === name));

export const textContent = (node: XmlNode): string => node.children.map((c) => (typeof c === 'string' ? c : textContent(c))).join('');

export function removeChild(node: XmlNode, child: XmlNode): void {
  node.children = node.children.filter((c) => c !== child);
}
