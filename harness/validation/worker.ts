/**
 * A process that validates and may die of it: libxml2 is native code that reads what a stranger wrote. It is started by pool.ts, gets texts that
 * hold no DOCTYPE, and never expands an entity, loads a DTD or lifts a limit. Compiling the schemas costs more than validating a message, and
 * libxmljs2 compiles at each call; so documents come in batches under one element.
 */
import libxml, { type Document, type Element } from 'libxmljs2';
import { join } from 'node:path';
import type { SchemaProblem } from '../contracts.js';
import { BATCH, driverSchema, officialSchemas, ownSchemas, ownSchemasFolder } from './schema-files.js';

/** From the pool. Without a folder Assay's own schemas are meant. */
export interface Job {
  texts: string[];
  schemasDir?: string;
}
/** What a document came to: problems, or the reason why libxml2 could not read it at all. */
export type Outcome = { problems: SchemaProblem[] } | { unreadable: string };
export type Reply = { ready: true } | { outcomes: Outcome[] } | { failed: string };

const XDSB = 'urn:ihe:iti:xds-b:2007';
const XOP = 'http://www.w3.org/2004/08/xop/include';
/** By their places below the batch (a submission, a retrieve's answer): a search of the whole tree would cost a tenth of all time. */
const INCLUDES = '/*/*/x:Document/i:Include | /*/*/x:DocumentResponse/x:Document/i:Include';
/** libxml2 keeps line numbers in 16 bits. */
const LAST_LINE = 65535;

/** Problems of one document that are told; more would repeat them. */
const PROBLEMS = 100;

const compiled = new Map<string, Document>();

function schemaDocument(folder: string | undefined): Document {
  const key = folder ?? '';
  let document = compiled.get(key);
  if (!document) {
    const files = folder === undefined ? ownSchemas : officialSchemas(folder);
    document = libxml.parseXml(driverSchema(files), { baseUrl: join(folder ?? ownSchemasFolder(), 'driver.xsd'), nonet: true });
    compiled.set(key, document);
  }
  return document;
}

const linesOf = (text: string): number => text.split('\n').length;

/** One document parsed out of all texts; undefined where they do not stand side by side as one element each. */
function together(texts: readonly string[]): Document | undefined {
  const document = libxml.parseXml(`<b:${BATCH.element} xmlns:b="${BATCH.namespace}">${texts.join('\n')}\n</b:${BATCH.element}>`, { nonet: true });
  // Two halves that are no documents alone may make one together.
  const elements = (document.root()?.childNodes() ?? []).filter((node) => node.type() === 'element');
  return elements.length === texts.length ? document : undefined;
}

/** XOP leaves an element in place of content that travels beside the envelope. It is taken out only where base64 content is allowed. */
function resolveIncludes(document: Document): void {
  for (const include of document.find<Element>(INCLUDES, { x: XDSB, i: XOP })) include.remove();
}

function validateTogether(texts: readonly string[], schema: Document): Outcome[] | undefined {
  let document: Document | undefined;
  try {
    document = together(texts);
  } catch (error) {
    return texts.length === 1 ? [{ unreadable: (error as Error).message.trim() }] : undefined;
  }
  if (!document) return texts.length === 1 ? [{ unreadable: 'not one element' }] : undefined;
  if (texts.some((text) => text.includes(XOP))) resolveIncludes(document);
  const outcomes = texts.map(() => ({ problems: [] as SchemaProblem[] }));
  if (document.validate(schema)) return outcomes;
  const firstLines = [1];
  for (const text of texts) firstLines.push((firstLines.at(-1) ?? 1) + linesOf(text));
  for (const { line, message } of document.validationErrors) {
    const at = line ?? 1;
    if (at >= LAST_LINE && texts.length > 1) return undefined;
    const index = texts.length === 1 ? 0 : Math.max(0, firstLines.filter((first) => first <= at).length - 1);
    const problems = outcomes[Math.min(index, texts.length - 1)]?.problems;
    if (problems && problems.length < PROBLEMS) problems.push({ line: at - (firstLines[index] ?? 1) + 1, message: message.trim().slice(0, 2_000) });
  }
  // libxml2 said no without saying why: never a pass.
  if (outcomes.every(({ problems }) => problems.length === 0)) return texts.length === 1 ? [{ problems: [{ line: 1, message: 'not valid' }] }] : undefined;
  return outcomes;
}

function validate({ texts, schemasDir }: Job): Outcome[] {
  const schema = schemaDocument(schemasDir);
  return validateTogether(texts, schema) ?? texts.flatMap((text) => validateTogether([text], schema) ?? [{ unreadable: 'could not be validated alone' }]);
}

const reply = (message: Reply): void => void process.send?.(message);

process.on('message', (job: Job) => {
  try {
    reply({ outcomes: validate(job) });
  } catch (error) {
    reply({ failed: (error as Error).message });
  }
});
process.on('disconnect', () => process.exit());
reply({ ready: true });
