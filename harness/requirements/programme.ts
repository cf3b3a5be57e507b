/** A programme says which requirements are mandatory for a claim. It is data of whoever runs it: validated before it may decide anything. */
import { ConfigurationError } from '../configuration-error.js';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { Programme, ProgrammeActor, Requirement, Sha256 } from '../contracts.js';
import { dataFile } from '../root.js';
import { inForce } from './applicability.js';

export interface LoadedProgramme {
  programme: Programme;
  /** Of the file as it stands. */
  sha256: Sha256;
  bytes: Uint8Array;
}

/** Where the built-in programme (Image Share Validation) lies. */
export const programmeFile = dataFile('harness', 'requirements', 'programmes', 'image-share.json');

/** Loads a programme file; `packs` are the deployments' scenario packs in force. Throws one error that lists what is wrong with it. */
export async function loadProgramme(catalogue: readonly Requirement[], file: string = programmeFile, packs: readonly string[] = []): Promise<LoadedProgramme> {
  const bytes = await readFile(file);
  const schema = JSON.parse(await readFile(dataFile('harness', 'requirements', 'programme.schema.json'), 'utf8')) as object;
  const programme = parseProgramme(bytes.toString('utf8'), file, catalogue, schema, packs);
  return { programme, sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
}

/** Reads the text of a programme and holds it against its schema and the catalogue. */
export function parseProgramme(text: string, source: string, catalogue: readonly Requirement[], schema: object, packs: readonly string[] = []): Programme {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(`${source} is no JSON: ${(error as Error).message}`);
  }
  const validate = new Ajv2020({ allErrors: true }).compile<Programme>(schema);
  const problems = validate(value) ? programmeProblems(value, catalogue, packs) : (validate.errors ?? []).map(schemaWords);
  if (problems.length > 0) throw new ConfigurationError(`${source} is no sound programme:\n  ${problems.slice(0, 20).join('\n  ')}`);
  return value as Programme;
}

const schemaWords = (error: ErrorObject): string => `${error.instancePath || '/'} ${error.message ?? 'is not as expected'} (${JSON.stringify(error.params)})`;

/** What the schema cannot see: ids that the catalogue does not have, tests that name each other in vain. */
function programmeProblems(programme: Programme, catalogue: readonly Requirement[], packs: readonly string[]): string[] {
  const known = new Map(catalogue.map((requirement) => [requirement.id, requirement]));
  const problems: string[] = [];
  for (const [name, actor] of Object.entries(programme.actors)) {
    for (const [place, id] of idsOf(actor)) {
      const requirement = known.get(id);
      if (!requirement) problems.push(`actors/${name}/${place}: the catalogue has no requirement '${id}'`);
      else if (!inForce(requirement, packs)) problems.push(`actors/${name}/${place}: ${id} is a rule of a deployment and applies only inside its scenario pack`);
    }
    const tests = new Set(actor.tests.map((test) => test.id));
    if (tests.size < actor.tests.length) problems.push(`actors/${name}/tests: a test id is given twice`);
    for (const test of actor.tests) {
      for (const other of test.sameAs ?? []) if (!tests.has(other)) problems.push(`actors/${name}/tests/${test.id}: sameAs names '${other}', which is no test of this actor`);
    }
    const recommended = new Set(actor.recommended);
    for (const id of actor.mandatory) if (recommended.has(id)) problems.push(`actors/${name}: ${id} is mandatory and recommended at once`);
  }
  return problems;
}

function* idsOf(actor: ProgrammeActor): Iterable<[string, string]> {
  for (const id of actor.mandatory) yield ['mandatory', id];
  for (const id of actor.recommended) yield ['recommended', id];
  for (const id of Object.keys(actor.levels)) yield ['levels', id];
  for (const [option, { mandatory }] of Object.entries(actor.options)) for (const id of mandatory) yield [`options/${option}`, id];
  for (const test of actor.tests) for (const id of test.covers) yield [`tests/${test.id}`, id];
}
