/** Reads the description of a system under test: a YAML file under `sut.schema.json`, every problem named where it stands. */
import { ConfigurationError } from '../configuration-error.js';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { Json, Programme, SutDescription } from '../contracts.js';
import { dataFile } from '../root.js';
import { compileSchema, explainYaml, nearest, showValue, YamlError, type ExplainedYaml, type YamlProblem } from './explain-yaml.js';
import { durationOf, explainDuration, explainEndpoint } from './syntax.js';

export { YamlError, describeProblem, type YamlProblem } from './explain-yaml.js';

/** As written: what may be left out is optional, durations may have units. */
interface SutFile {
  product: SutDescription['product'];
  claims: { profile: string; edition?: string; actor: string; options?: string[]; systems: string[]; tests?: string[] }[];
  systems: SutDescription['systems'];
  domain: Partial<SutDescription['domain']>;
  reach: SutDescription['reach'];
  timing?: Record<string, number | string>;
  exclusive?: boolean;
  secrets?: SutDescription['secrets'];
}
export interface SutOptions {
  /** With it, claims are held against the programme: an actor or a test that it does not know is an error. */
  programme?: Programme;
}

let validator: ValidateFunction | undefined;
const validate = (): ValidateFunction =>
  (validator ??= compileSchema(JSON.parse(readFileSync(dataFile('harness', 'sut', 'sut.schema.json'), 'utf8')) as Record<string, Json>));

/** Loads a SUT file. A `YamlError` names everything wrong with it; files of secrets are found from the SUT file's folder. */
export async function loadSut(file: string, options: SutOptions = {}): Promise<SutDescription> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`${file}: expected the description of a system under test, but the file cannot be read (${(error as NodeJS.ErrnoException).code}). Check the path.`);
  }
  return parseSut(text, file, options);
}

/** As `loadSut`, on text. */
export function parseSut(text: string, file: string, options: SutOptions = {}): SutDescription {
  const yaml = explainYaml<SutFile>(text, file, validate());
  const problems = [...endpointProblems(yaml), ...referenceProblems(yaml), ...claimProblems(yaml, options.programme), ...timingProblems(yaml)];
  if (problems.length > 0) throw new YamlError(problems.sort((a, b) => a.line - b.line || a.column - b.column));
  return complete(yaml.value, dirname(resolve(file)));
}

function complete(raw: SutFile, folder: string): SutDescription {
  const secrets: SutDescription['secrets'] = {};
  for (const [name, secret] of Object.entries(raw.secrets ?? {})) secrets[name] = 'file' in secret ? { file: resolve(folder, secret.file) } : secret;
  const timing: Record<string, number> = {};
  for (const [name, value] of Object.entries(raw.timing ?? {})) timing[name] = durationOf(value) ?? 0;
  return {
    schema: 'assay-sut/1',
    product: raw.product,
    claims: raw.claims.map((claim) => ({ ...claim, edition: claim.edition ?? '', options: claim.options ?? [] })),
    systems: withFiles(raw.systems, folder),
    domain: { ...raw.domain, codes: raw.domain.codes ?? {}, assigningAuthorities: raw.domain.assigningAuthorities ?? {} },
    reach: raw.reach,
    timing,
    exclusive: raw.exclusive ?? false,
    secrets,
  };
}

function withFiles(systems: SutDescription['systems'], folder: string): SutDescription['systems'] {
  const out: SutDescription['systems'] = {};
  for (const [name, system] of Object.entries(systems)) {
    const tls = system.tls as Record<string, Json> | undefined;
    out[name] = { ...system, ...(tls && { tls: Object.fromEntries(Object.entries(tls).map(([k, v]) => [k, (k === 'ca' || k === 'cert') && typeof v === 'string' ? resolve(folder, v) : v])) }) };
  }
  return out;
}

/** URLs that match the pattern and still are none, ports beyond the range. */
function* endpointProblems(yaml: ExplainedYaml<SutFile>): Iterable<YamlProblem> {
  for (const [name, system] of Object.entries(yaml.value.systems)) {
    for (const [kind, value] of Object.entries(system.endpoints)) {
      const why = explainEndpoint(value);
      if (!why) continue;
      const expected = kind === 'dicom' ? 'host and port, such as "192.0.2.7:11112"' : 'a URL, such as "https://192.0.2.7:8443/rad69"';
      yield yaml.problem(['systems', name, 'endpoints', kind], { expected, found: `${showValue(value)} (${why})`, remedy: 'Mend the address.' });
    }
  }
}

function* referenceProblems(yaml: ExplainedYaml<SutFile>): Iterable<YamlProblem> {
  const systems = Object.keys(yaml.value.systems);
  for (const [i, claim] of yaml.value.claims.entries()) {
    for (const [j, system] of claim.systems.entries()) {
      if (systems.includes(system)) continue;
      yield yaml.problem(['claims', i, 'systems', j], { expected: `one of the systems of this file: ${systems.join(', ')}`, found: showValue(system), remedy: hint(system, systems) });
    }
  }
  const secrets = Object.keys(yaml.value.secrets ?? {});
  for (const [name, system] of Object.entries(yaml.value.systems)) {
    const key = (system.tls as { key?: string } | undefined)?.key;
    if (key === undefined || secrets.includes(key)) continue;
    yield yaml.problem(['systems', name, 'tls', 'key'], { expected: `the name of a secret of this file${secrets.length ? `: ${secrets.join(', ')}` : ''}`, found: showValue(key), remedy: `Add it below "secrets:", for instance "${key}: { env: … }".` });
  }
}

function* claimProblems(yaml: ExplainedYaml<SutFile>, programme?: Programme): Iterable<YamlProblem> {
  if (!programme) return;
  const actors = Object.keys(programme.actors);
  for (const [i, claim] of yaml.value.claims.entries()) {
    const actor = programme.actors[claim.actor];
    if (!actor) {
      yield yaml.problem(['claims', i, 'actor'], { expected: `an actor of the programme ${programme.id}: ${actors.join(', ')}`, found: showValue(claim.actor), remedy: hint(claim.actor, actors) });
      continue;
    }
    const tests = actor.tests.map((test) => test.id);
    for (const [j, test] of (claim.tests ?? []).entries()) {
      if (tests.includes(test)) continue;
      yield yaml.problem(['claims', i, 'tests', j], { expected: `a test of ${claim.actor} in the programme: ${tests.join(', ')}`, found: showValue(test), remedy: hint(test, tests) });
    }
  }
}

function* timingProblems(yaml: ExplainedYaml<SutFile>): Iterable<YamlProblem> {
  for (const [name, value] of Object.entries(yaml.value.timing ?? {})) {
    if (durationOf(value) !== undefined) continue;
    yield yaml.problem(['timing', name], { expected: 'a duration, such as "10m"', found: `${showValue(value)} (${explainDuration(String(value))})`, remedy: 'Write milliseconds, or a number with ms, s, m or h.' });
  }
}

const hint = (name: string, candidates: readonly string[]): string => {
  const near = nearest(name, candidates);
  return near ? `Did you mean "${near}"?` : 'Use one of these names.';
};
