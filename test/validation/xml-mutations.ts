/** Seeded mutations of small, namespace-prefixed XML: each changes one thing and leaves the text well-formed. */
export interface Node {
  name: string;
  attributes: [string, string][];
  children: (Node | string)[];
}
export type Random = () => number;

/** A small generator with a seed, so that a failure can be had again. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** Reads XML without comments, CDATA and declarations. */
export function parse(xml: string): Node {
  const root: Node = { name: '', attributes: [], children: [] };
  const stack = [root];
  for (const [token, close, name, attributes, empty] of xml.matchAll(/<(\/?)([\w:.-]+)((?:\s+[\w:.-]+="[^"]*")*)\s*(\/?)>|[^<]+/g)) {
    const top = stack.at(-1) as Node;
    if (!token.startsWith('<')) top.children.push(token);
    else if (close) stack.pop();
    else {
      const node: Node = { name: name ?? '', attributes: [...(attributes ?? '').matchAll(/([\w:.-]+)="([^"]*)"/g)].map(([, key, value]) => [key ?? '', value ?? '']), children: [] };
      top.children.push(node);
      if (!empty) stack.push(node);
    }
  }
  return root.children.find((child): child is Node => typeof child !== 'string') as Node;
}

export const serialise = (node: Node): string =>
  `<${node.name}${node.attributes.map(([key, value]) => ` ${key}="${value}"`).join('')}>${node.children.map((child) => (typeof child === 'string' ? child : serialise(child))).join('')}</${node.name}>`;

function* nodes(node: Node, parent?: Node): Iterable<{ node: Node; parent?: Node }> {
  yield { node, parent };
  for (const child of node.children) if (typeof child !== 'string') yield* nodes(child, node);
}

const own = (node: Node): [string, string][] => node.attributes.filter(([key]) => !key.startsWith('xmlns'));
const VALUES = ['', 'true', '1', '0', 'maybe', '-1', '1.5', '2024-01-01T00:00:00Z', 'P1D', 'LeafClass', 'registryFull', 'a b', '%zz', 'urn:uuid:x', 'x'.repeat(4), 'x'.repeat(5), 'x'.repeat(17), 'x'.repeat(33), 'x'.repeat(64), 'x'.repeat(65), 'x'.repeat(256), 'x'.repeat(257), 'x'.repeat(1025), 'en', 'en-us', 'QUJD', 'QUJ', 'é'];
const NAMES = ['Slot', 'Name', 'Description', 'Classification', 'ExternalIdentifier', 'ObjectRef', 'ValueList', 'Value', 'RegistryObject', 'Identifiable', 'AdhocQuery', 'Association', 'Notification', 'ExtrinsicObject', 'VersionInfo', 'Nothing', 'DocumentRequest', 'Document', 'RegistryError', 'RegistryObjectList', 'ServiceBinding', 'LocalizedString'];
const KEYS = ['id', 'home', 'lid', 'name', 'value', 'status', 'objectType', 'mimeType', 'nonsense', 'xml:lang', 'xml:space', 'slotType', 'charset', 'parent', 'severity'];
const TYPES = ['rim:ExtrinsicObjectType', 'rim:RegistryObjectType', 'rim:IdentifiableType', 'rim:SlotType1', 'rim:ObjectRefType', 'rim:NoSuchType'];

type Mutation = (target: { node: Node; parent?: Node }, random: Random, all: { node: Node }[]) => void;
const rename = (node: Node, local: string): void => void (node.name = `${node.name.split(':')[0] ?? ''}:${local}`);

const mutations: Mutation[] = [
  ({ node }, random) => node.attributes.splice(node.attributes.indexOf(pick(random, own(node))), own(node).length > 0 ? 1 : 0),
  ({ node }, random) => {
    const attribute = pick(random, own(node));
    if (attribute) attribute[1] = pick(random, VALUES);
  },
  ({ node }, random) => {
    const key = pick(random, KEYS);
    if (!node.attributes.some(([other]) => other === key)) node.attributes.push([key, pick(random, VALUES)]);
  },
  ({ node, parent }) => parent?.children.splice(parent.children.indexOf(node), 1),
  ({ node, parent }) => parent?.children.splice(parent.children.indexOf(node), 0, structuredClone(node)),
  ({ node }, random) => node.children.splice(0, node.children.length, ...[...node.children].sort(() => random() - 0.5)),
  ({ node }, random) => rename(node, pick(random, NAMES)),
  ({ node }, random) => {
    const prefixes = ['rim', 'rs', 'lcm', 'xdsb', 'query'];
    node.name = `${pick(random, prefixes)}:${node.name.split(':')[1] ?? ''}`;
  },
  ({ node }, random) => node.children.push(pick(random, VALUES)),
  ({ node }, random) => node.children.splice(0, node.children.length, pick(random, VALUES)),
  ({ node }, random) => {
    const child: Node = { name: `${pick(random, ['rim', 'rs', 'xdsb'])}:${pick(random, NAMES)}`, attributes: [['id', 'n']], children: [] };
    node.children.splice(Math.floor(random() * (node.children.length + 1)), 0, child);
  },
  ({ node }, random, all) => node.children.splice(Math.floor(random() * (node.children.length + 1)), 0, structuredClone(pick(random, all).node)),
  ({ node }) => node.children.splice(0, node.children.length),
  ({ node }, random) => {
    if (!node.attributes.some(([key]) => key === 'xsi:type')) node.attributes.push(['xsi:type', pick(random, TYPES)]);
  },
];

const DECLARED: Record<string, string> = {
  rim: 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0',
  rs: 'urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0',
  lcm: 'urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0',
  query: 'urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0',
  xdsb: 'urn:ihe:iti:xds-b:2007',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
};

/** The text with one to two things changed; every prefix that may come in is declared. */
export function mutate(xml: string, random: Random): string {
  const root = parse(xml);
  for (const [prefix, namespace] of Object.entries(DECLARED)) {
    if (!root.attributes.some(([key]) => key === `xmlns:${prefix}`)) root.attributes.push([`xmlns:${prefix}`, namespace]);
  }
  const times = random() < 0.8 ? 1 : 2;
  for (let count = 0; count < times; count++) {
    const all = [...nodes(root)];
    pick(random, mutations)(pick(random, all), random, all.slice(1).length > 0 ? all.slice(1) : all);
  }
  return serialise(root);
}
