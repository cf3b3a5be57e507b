/** Finding one's way in an XML tree. A name is the local name; leave out the namespace to take any. */
import type { XmlAttribute, XmlElement } from './model.js';

export const XMLNS = 'http://www.w3.org/2000/xmlns/';

const fits = (node: { local: string; namespace: string }, local?: string, namespace?: string): boolean =>
  (local === undefined || node.local === local) && (namespace === undefined || node.namespace === namespace);

/** Child elements, in order. */
export function childElements(element: XmlElement, local?: string, namespace?: string): XmlElement[] {
  const found: XmlElement[] = [];
  for (const node of element.children) if (node.kind === 'element' && fits(node, local, namespace)) found.push(node);
  return found;
}

/** First such child element. */
export function child(element: XmlElement | undefined, local: string, namespace?: string): XmlElement | undefined {
  for (const node of element?.children ?? []) if (node.kind === 'element' && fits(node, local, namespace)) return node;
  return undefined;
}

/** Such elements anywhere below, in document order. */
export function descendants(element: XmlElement | undefined, local?: string, namespace?: string): XmlElement[] {
  const found: XmlElement[] = [];
  if (!element) return found;
  const walk = (parent: XmlElement): void => {
    for (const node of parent.children) {
      if (node.kind !== 'element') continue;
      if (fits(node, local, namespace)) found.push(node);
      walk(node); // The reader caps the depth.
    }
  };
  walk(element);
  return found;
}

/** An attribute; without `namespace` the one without a namespace first, then one of any. Namespace declarations are none. */
export function attribute(element: XmlElement | undefined, local: string, namespace?: string): XmlAttribute | undefined {
  let other: XmlAttribute | undefined;
  for (const candidate of element?.attributes ?? []) {
    if (candidate.local !== local || candidate.namespace === XMLNS) continue;
    if (candidate.namespace === (namespace ?? '')) return candidate;
    other ??= candidate;
  }
  return namespace === undefined ? other : undefined;
}

/** All character data inside, markup left out. White space is kept. */
export function textOf(element: XmlElement | undefined): string {
  let text = '';
  const walk = (parent: XmlElement): void => {
    for (const node of parent.children) {
      if (node.kind === 'text') text += node.value;
      else walk(node);
    }
  };
  if (element) walk(element);
  return text;
}

/** `/Envelope/Body/SubmitObjectsRequest/RegistryObjectList/ExtrinsicObject[2]`: names without prefix, [n] where siblings share the name. */
export function elementPath(element: XmlElement): string {
  let path = '';
  for (let at: XmlElement | undefined = element; at; at = at.parent) {
    const named: XmlElement = at;
    path = `/${named.local}${named.parent ? (ordinalsIn(named.parent).get(named) ?? '') : ''}${path}`;
  }
  return path;
}

const ordinals = new WeakMap<XmlElement, Map<XmlElement, string>>();

/** `[n]` for each child element that shares its name with a sibling. Counted once a parent: paths of many siblings would cost their square. */
function ordinalsIn(parent: XmlElement): Map<XmlElement, string> {
  let known = ordinals.get(parent);
  if (!known) {
    const named = new Map<string, XmlElement[]>();
    for (const node of childElements(parent)) {
      const others = named.get(node.local);
      if (others) others.push(node);
      else named.set(node.local, [node]);
    }
    known = new Map([...named.values()].flatMap((siblings) => (siblings.length > 1 ? siblings.map((node, index) => [node, `[${index + 1}]`] as const) : [])));
    ordinals.set(parent, known);
  }
  return known;
}

/** The innermost element whose octets hold this offset. */
export function elementAt(root: XmlElement | undefined, offset: number): XmlElement | undefined {
  let found: XmlElement | undefined;
  for (let at = root; at && at.start <= offset && offset < at.end; ) {
    found = at;
    const parent: XmlElement = at;
    at = parent.children.find((node): node is XmlElement => node.kind === 'element' && node.start <= offset && offset < node.end);
  }
  return found;
}
