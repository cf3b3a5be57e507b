/**
 * Reads a YAML file that a person wrote, validates it against a JSON Schema and explains each problem where it stands:
 * file, line and column, what was expected, what was found, what to do. What is expected comes from the schema's own
 * `description` and `examples`, which editors show too.
 */
import { Ajv2020, type ErrorObject, type SchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { explainers } from './syntax.js';

export interface YamlProblem {
  file: string;
  line: number;
  column: number;
  /** `systems.ids.endpoints.dicom` */
  path: string;
  expected: string;
  found: string;
  remedy: string;
}
/** What is wrong with a file, in the order of its lines. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  constructor(readonly problems: readonly YamlProblem[]) {
    super(problems.map(describeProblem).join('\n'));
  }
}
export type YamlPath = readonly (string | number)[];

/** A file that follows its schema, with the places of its nodes for checks that a schema cannot express. */
export interface ExplainedYaml<T> {
  value: T;
  file: string;
  text: string;
  problem(path: YamlPath, about: { expected: string; found: string; remedy: string; key?: boolean }): YamlProblem;
}

/** Configuration is small: what is larger is not a configuration file. */
const LARGEST_FILE = 2 * 1024 * 1024;

export const describeProblem = (p: YamlProblem): string =>
  `${p.file}:${p.line}:${p.column}: ${p.path === '' ? '' : `${p.path}: `}expected ${p.expected}, found ${p.found}. ${p.remedy}`;

/** Compiles a schema once; errors keep the part of the schema and the value that they speak of. */
export function compileSchema(schema: SchemaObject): ValidateFunction {
  return new Ajv2020({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true, strictRequired: false }).compile(schema);
}

/** Throws a `YamlError` that names everything wrong with `text`. */
export function explainYaml<T>(text: string, file: string, validate: ValidateFunction): ExplainedYaml<T> {
  if (text.length > LARGEST_FILE) {
    throw new YamlError([{ file, line: 1, column: 1, path: '', expected: 'a file of at most 2 MB', found: `${text.length} characters`, remedy: 'Check that it is the right file.' }]);
  }
  const lines = new LineCounter();
  const document = parse(text, lines);
  // Errors behind the first one mostly follow from it.
  const syntax = document.errors.slice(0, 1).map((error): YamlProblem => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { file, line, column: col, path: '', expected: 'YAML', found: (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, ''), remedy: 'Mend the syntax: indentation, quotes and brackets around this place.' };
  });
  if (syntax.length > 0) throw new YamlError(syntax);
  const place = (path: YamlPath, key: boolean): { line: number; column: number } => {
    const { line, col } = lines.linePos(offsetOf(document, path, key));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problem: ExplainedYaml<T>['problem'] = (path, { key, ...about }) => ({ file, ...place(path, key ?? false), path: path.join('.'), ...about });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    throw new YamlError([problem([], { expected: 'values that stand for themselves', found: (error as Error).message, remedy: 'Write the values out instead of using aliases.' })]);
  }
  if (!validate(value)) {
    const problems = leaves(validate.errors ?? []).map((error) => explain(error, problem));
    problems.sort((a, b) => a.line - b.line || a.column - b.column);
    throw new YamlError(problems);
  }
  return { value: value as T, file, text, problem };
}

function parse(text: string, lines: LineCounter): Document {
  return parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, version: '1.2' });
}

/** Of a failed `anyOf` only the summary counts, unless one branch failed deeper than at the value itself. */
function leaves(errors: ErrorObject[]): ErrorObject[] {
  const summaries = errors.filter((e) => e.keyword === 'anyOf' || e.keyword === 'oneOf');
  const kept = errors.filter((e) => {
    if (e.keyword === 'if') return false;
    if (summaries.includes(e)) return !errors.some((other) => other.instancePath.startsWith(`${e.instancePath}/`));
    return !summaries.some((s) => s.instancePath === e.instancePath && e.schemaPath.startsWith(`${s.schemaPath}/`));
  });
  const seen = new Set<string>();
  return kept.filter((e) => {
    const params = e.params as Record<string, unknown>;
    const key = `${e.instancePath} ${e.keyword} ${JSON.stringify(params['additionalProperty'] ?? params['missingProperty'] ?? '')}`;
    return !seen.has(key) && seen.add(key);
  });
}

const pathOf = (pointer: string): string[] => pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

function explain(error: ErrorObject, problem: ExplainedYaml<unknown>['problem']): YamlProblem {
  const path = pathOf(error.instancePath);
  const params = error.params as Record<string, unknown>;
  const schema = (error.parentSchema ?? {}) as { description?: string; examples?: unknown[]; properties?: Record<string, SchemaObject>; $comment?: string; required?: string[] };
  const found = showValue(error.data);
  const example = schema.examples?.length ? `, such as ${showValue(schema.examples[0])}` : '';
  const described = schema.description && `${lowerFirst(schema.description)}${example}`;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      const allowed = Object.keys(schema.properties ?? {});
      const near = nearest(name, allowed);
      return problem([...path, name], { key: true, expected: `one of ${list(allowed)}`, found: `"${name}"`, remedy: near ? `Did you mean "${near}"?` : 'Remove it, or mend its name.' });
    }
    case 'required': {
      const name = String(params['missingProperty']);
      const wanted = (schema.properties?.[name] as { description?: string; examples?: unknown[] } | undefined) ?? {};
      const such = wanted.examples?.length ? `, such as ${showValue(wanted.examples[0])}` : '';
      return problem(path, { key: true, expected: `"${name}"${wanted.description ? ` (${lowerFirst(wanted.description)}${such})` : ''}`, found: 'nothing', remedy: `Add "${name}:" here.` });
    }
    case 'uniqueItems': {
      const { i, j } = params as { i: number; j: number };
      const twice = Array.isArray(error.data) ? (error.data as unknown[])[j] : undefined;
      return problem([...path, Math.max(i, j)], { expected: 'each entry once', found: `${showValue(twice)} twice`, remedy: 'Remove one of them.' });
    }
    case 'dependentRequired': {
      const { property, missingProperty: missing } = params as { property: string; missingProperty: string };
      return problem(path, { key: true, expected: `"${missing}" beside "${property}"`, found: `"${property}" alone`, remedy: `Add "${missing}:" here.` });
    }
    case 'type': {
      const types = [params['type']].flat().map((t) => TYPES[String(t)] ?? String(t)).join(' or ');
      const quote = String(params['type']) === 'string' && ['number', 'boolean'].includes(typeof error.data);
      return problem(path, { expected: described ? `${types}: ${described}` : types, found, remedy: quote ? `Write it in quotes: "${String(error.data)}".` : `Write ${types} here.` });
    }
    case 'enum':
    case 'const': {
      const allowed = error.keyword === 'const' ? [params['allowedValue']] : (params['allowedValues'] as unknown[]);
      const near = typeof error.data === 'string' ? nearest(error.data, allowed.filter((v) => typeof v === 'string')) : undefined;
      return problem(path, { expected: allowed.length === 1 ? showValue(allowed[0]) : `one of ${allowed.map(showValue).join(', ')}`, found, remedy: near ? `Did you mean "${near}"?` : 'Use one of these.' });
    }
    case 'minProperties':
    case 'maxProperties':
      return problem(path, { key: true, expected: described ?? `${error.message?.replace('must NOT have ', 'not ') ?? ''}`, found: `${Object.keys((error.data ?? {})).length} entries`, remedy: 'Give each its own list item, with its own dash.' });
    default: {
      const syntax = /^syntax: (.+)$/.exec(schema.$comment ?? '')?.[1];
      const why = syntax && typeof error.data === 'string' ? explainers[syntax]?.(error.data) : undefined;
      return problem(path, { expected: described ?? (error.message ?? error.keyword).replace(/^must /, 'a value that must '), found: why ? `${found} (${why})` : found, remedy: `Mend the value${example ? `: write it like ${showValue(schema.examples?.[0])}` : ''}.` });
    }
  }
}

const TYPES: Record<string, string> = { string: 'a text', number: 'a number', integer: 'a whole number', boolean: 'true or false', array: 'a list', object: 'a mapping (key: value)', null: 'nothing' };
const lowerFirst = (text: string): string => (/^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text).replace(/\.$/, '');
const list = (names: readonly string[]): string => (names.length > 40 ? `${names.slice(0, 40).join(', ')}, …` : names.join(', '));

/** A value as it would be read in the file, shortened. */
export function showValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

/** The candidate that differs in the fewest letters, where it is near enough to be what was meant. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase().slice(0, 80), candidate.toLowerCase());
    if (distance <= Math.max(2, Math.floor(candidate.length / 4)) && (!best || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? a.length;
}

/** Where a value, or with `key` its key, starts; the nearest enclosing node where the path leads nowhere. */
function offsetOf(document: Document, path: YamlPath, key: boolean): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair) return offset;
      const last = depth === path.length - 1;
      const at = last && key ? startOf(pair.key) : startOf(pair.value ?? pair.key);
      offset = at === 0 && isNode(pair.key) ? startOf(pair.key) : at;
      node = pair.value;
    } else {
      const items: unknown = node !== null && typeof node === 'object' && 'items' in node ? node.items : undefined;
      const item: unknown = Array.isArray(items) ? items[Number(step)] : undefined;
      if (item === undefined) return offset;
      node = item;
      offset = startOf(item);
    }
  }
  return offset;
}
const startOf = (node: unknown): number => (isNode(node) ? ((node as Node).range?.[0] ?? 0) : 0);
