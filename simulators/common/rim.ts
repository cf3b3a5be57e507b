/** From parsed ebRIM to trees that can be altered and written again: repository and registry pass on what they were given. */
import type { XmlElement } from '../../harness/formats/model.js';
import { NAMESPACES, type XmlNode } from '../emit/xml.js';

const PREFIX_OF = new Map<string, string>(Object.entries(NAMESPACES).map(([prefix, namespace]) => [namespace, prefix]));
const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** The element with our prefixes; elements and attributes of other namespaces are left out, since a registry would not know them. */
export function toNode(element: XmlElement): XmlNode {
  const prefix = PREFIX_OF.get(element.namespace) ?? 'rim';
  const attributes: Record<string, string> = {};
  for (const a of element.attributes) {
    if (a.prefix === 'xmlns' || (a.prefix === '' && a.local === 'xmlns')) continue;
    if (a.namespace === '') attributes[a.local] = a.value;
    else if (a.namespace === XML_NAMESPACE) attributes[`xml:${a.local}`] = a.value;
  }
  const hasElements = element.children.some((c) => c.kind === 'element');
  const children = element.children.flatMap((c): (XmlNode | string)[] => {
    if (c.kind === 'text') return hasElements || c.value === '' ? [] : [c.value];
    return PREFIX_OF.has(c.namespace) ? [toNode(c)] : [];
  });
  return { name: `${prefix}:${element.local}`, attributes, children };
}

/** Every element of the tree, itself included. */
export function* walk(node: XmlNode): Iterable<XmlNode> {
  yield node;
  for (const child of node.children) if (typeof child !== 'string') yield* walk(child);
}
