/** `${name.path}` references: the only thing in a scenario that is not plain data. No expressions, no conditions. */
import type { Json } from '../contracts.js';

const REFERENCE = /\$\{([^}]*)\}/g;
const NAME = /^[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z0-9][a-zA-Z0-9_-]*)*$/;

/** Where in a value a reference stands, and what it names. */
export interface Reference {
  /** Path within the value. */
  at: (string | number)[];
  text: string;
  /** `['study', 'uid']`; empty where the text between the braces is no name. */
  names: string[];
}

/** Every reference in a value, in order. */
export function referencesIn(value: Json, at: (string | number)[] = []): Reference[] {
  if (typeof value === 'string') {
    return [...value.matchAll(REFERENCE)].map((match) => ({ at, text: match[0], names: NAME.test(match[1] ?? '') ? (match[1] ?? '').split('.') : [] }));
  }
  if (Array.isArray(value)) return value.flatMap((item, i) => referencesIn(item, [...at, i]));
  if (value !== null && typeof value === 'object') return Object.entries(value).flatMap(([name, item]) => referencesIn(item, [...at, name]));
  return [];
}

/** A reference that led to nothing. */
export class UnresolvedReference extends Error {
  override readonly name = 'UnresolvedReference';
  constructor(
    readonly reference: string,
    readonly names: readonly string[],
    why: string,
  ) {
    super(`${reference}: ${why}`);
  }
}

/** Replaces references. A text that is one reference becomes the value itself; within other text only texts, numbers and booleans can stand. */
export function resolveReferences(value: Json, lookup: (names: readonly string[], reference: string) => Json): Json {
  if (typeof value === 'string') {
    const whole = /^\$\{([^}]*)\}$/.exec(value);
    if (whole) return lookup(split(value, whole[1] ?? ''), value);
    return value.replace(REFERENCE, (text, name: string) => {
      const found = lookup(split(text, name), text);
      if (found === null || typeof found === 'object') throw new UnresolvedReference(text, split(text, name), 'names a whole object, which cannot stand within a text; name one of its members');
      return String(found);
    });
  }
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, lookup));
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolveReferences(item, lookup)]));
  return value;
}

function split(text: string, name: string): string[] {
  if (!NAME.test(name)) throw new UnresolvedReference(text, [], 'is no name such as ${study.uid}');
  return name.split('.');
}

/** Follows a path through an object's own members. */
export function follow(root: Json, path: readonly string[]): Json | undefined {
  let value: Json | undefined = root;
  for (const name of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
    value = (value as { [key: string]: Json })[name];
  }
  return value;
}
