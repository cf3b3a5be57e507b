/** The catalogue of requirements: loaded, and refused with words where it contradicts itself. */
import { ConfigurationError } from '../configuration-error.js';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Requirement, Sha256 } from '../contracts.js';
import { dataFile } from '../root.js';

export interface LoadedCatalogue {
  entries: Requirement[];
  /** Of the file as it stands. */
  sha256: Sha256;
  bytes: Uint8Array;
}

/** Where the built-in catalogue lies. */
export const catalogueFile = dataFile('harness', 'requirements', 'catalogue.json');

const SIDES = ['initiator', 'responder', 'either', 'none'];
const SCOPES = ['message', 'exchange', 'run', 'attest'];
const LEVELS = ['SHALL', 'SHOULD', 'MAY'];
const SHOWN = 20;

/** Loads a catalogue file. Throws one error that lists what is wrong with it. */
export async function loadCatalogue(file: string = catalogueFile): Promise<LoadedCatalogue> {
  const bytes = await readFile(file);
  const actors = JSON.parse(await readFile(dataFile('harness', 'requirements', 'actors.json'), 'utf8')) as string[];
  const entries = parseCatalogue(bytes.toString('utf8'), file, actors);
  return { entries, sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
}

/** Reads the text of a catalogue and checks it against the framework's names of actors. `source` is for the words of an error. */
export function parseCatalogue(text: string, source: string, actors: readonly string[]): Requirement[] {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(`${source} is no JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(entries)) throw new ConfigurationError(`${source}: expected a JSON array of requirements, found ${typeof entries}.`);
  const problems = catalogueProblems(entries as Requirement[], new Set(actors));
  if (problems.length > 0) {
    const more = problems.length > SHOWN ? `\n  … and ${problems.length - SHOWN} more` : '';
    throw new ConfigurationError(`${source} is no sound catalogue:\n  ${problems.slice(0, SHOWN).join('\n  ')}${more}`);
  }
  return entries as Requirement[];
}

/** Everything that is wrong with a catalogue, in words: unknown actors, doubled ids, `sameAs` that dangles or is one-sided, values outside their lists. */
export function catalogueProblems(entries: readonly Requirement[], actors: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  const byId = new Map<string, Requirement>();
  for (const [index, entry] of entries.entries()) {
    const shape = shapeProblem(entry);
    if (shape) {
      problems.push(`entry ${index + 1} (${entry?.id ?? 'without id'}): ${shape}`);
      continue;
    }
    if (byId.has(entry.id)) problems.push(`${entry.id}: this id is given twice; an id names one requirement for ever`);
    byId.set(entry.id, entry);
    for (const actor of entry.obliged) if (!actors.has(actor)) problems.push(`${entry.id}: unknown actor '${actor}'; the names known are in actors.json`);
  }
  for (const entry of byId.values()) {
    for (const other of entry.sameAs) {
      const target = byId.get(other);
      if (!target) problems.push(`${entry.id}: sameAs names ${other}, which does not exist`);
      else if (!target.sameAs.includes(entry.id)) problems.push(`${entry.id}: sameAs names ${other}, which does not name it back`);
    }
  }
  return problems;
}

/** The first thing wrong with the form of one entry. */
function shapeProblem(entry: Requirement): string | undefined {
  if (typeof entry !== 'object' || entry === null) return 'expected an object';
  for (const key of ['id', 'standard', 'section', 'transaction', 'requirement', 'check', 'violation', 'evidence'] as const) {
    if (typeof entry[key] !== 'string') return `expected a text for '${key}', found ${typeof entry[key]}`;
  }
  if (entry.id === '' || entry.requirement === '') return 'id and requirement must not be empty';
  for (const key of ['obliged', 'needs', 'sameAs'] as const) if (!isTexts(entry[key])) return `expected a list of texts for '${key}'`;
  if (entry.obliged.length === 0) return 'nobody is obliged';
  if (!isTexts(entry.when?.options) || typeof entry.when.condition !== 'string') return "expected 'when' with a list of options and a condition";
  if (!SIDES.includes(entry.side)) return `side '${entry.side}' is none of ${SIDES.join(', ')}`;
  if (!SCOPES.includes(entry.scope)) return `scope '${entry.scope}' is none of ${SCOPES.join(', ')}`;
  if (!LEVELS.includes(entry.level)) return `level '${entry.level}' is none of ${LEVELS.join(', ')}`;
  if (typeof entry.checked !== 'boolean') return "expected true or false for 'checked'";
  return undefined;
}

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((item) => typeof item === 'string');
