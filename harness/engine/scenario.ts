/** Reads a scenario: YAML under the schema that its verbs make, with references, names and requirement ids held against what there is. */
import { createHash } from 'node:crypto';
import type { Json, Sha256 } from '../contracts.js';
import { compileSchema, explainYaml, nearest, YamlError, type ExplainedYaml, type YamlProblem } from '../sut/explain-yaml.js';
import { referencesIn, type Reference } from './references.js';
import { scenarioSchema } from './scenario-schema.js';
import type { Verb } from './step.js';

export interface LoadedStep {
  /** Position in the flat list, from 0. */
  index: number;
  verb: string;
  /** As written, references unresolved, a shorthand written out. */
  parameters: { [name: string]: Json };
  /** The row of a `cases` table. */
  row?: { [column: string]: Json };
}
export interface Scenario {
  /** `xds-i/ids/share-ct-study` */
  address: string;
  file: string;
  text: string;
  sha256: Sha256;
  title: string;
  description?: string;
  profile: string;
  actorUnderTest: string;
  transactions: string[];
  covers: string[];
  given: { patient?: string; study?: string };
  simulators: string[];
  steps: LoadedStep[];
  exercises: string[];
}
/** What a scenario's names are held against; what is undefined is not looked at. */
export interface KnownNames {
  verbs: ReadonlyMap<string, Verb>;
  simulators?: readonly string[];
  requirements?: ReadonlySet<string>;
  actors?: readonly string[];
  tests?: readonly string[];
  studies?: readonly string[];
  patients?: readonly string[];
}
type StepItem = Record<string, Json | undefined>;
type ScenarioFile = Omit<Scenario, 'address' | 'file' | 'text' | 'sha256' | 'steps' | 'covers' | 'given'> & {
  covers?: string[];
  given?: Scenario['given'];
  steps: StepItem[];
};

/** What `${study…}` and the other built-in names hold; undefined: decided by the SUT file or a running simulator. */
const BUILT_IN: Record<string, readonly string[] | undefined> = {
  study: ['uid', 'accession', 'accessionAuthority'],
  patient: ['name', 'departmentalId', 'domainId', 'birthDate', 'sex'],
  timing: undefined,
  sut: undefined,
};
const validators = new WeakMap<ReadonlyMap<string, Verb>, ReturnType<typeof compileSchema>>();

/** Parses a scenario; a `YamlError` names everything wrong with it. */
export function parseScenario(text: string, file: string, address: string, known: KnownNames): Scenario {
  const validate = validators.get(known.verbs) ?? compileSchema(scenarioSchema(known.verbs));
  validators.set(known.verbs, validate);
  const yaml = explainYaml<ScenarioFile>(text, file, validate);
  const problems = [...nameProblems(yaml, known), ...referenceProblems(yaml, known)].sort((a, b) => a.line - b.line || a.column - b.column);
  if (problems.length > 0) throw new YamlError(problems);
  const { value } = yaml;
  return {
    ...value,
    address,
    file,
    text,
    sha256: createHash('sha256').update(text).digest('hex'),
    covers: value.covers ?? [],
    given: value.given ?? {},
    steps: flatten(value.steps, known.verbs).map((step, index) => ({ index, verb: step.verb, parameters: step.parameters, ...(step.row && { row: step.row }) })),
  };
}

interface PlacedStep {
  verb: string;
  parameters: { [name: string]: Json };
  row?: { [column: string]: Json };
  path: (string | number)[];
  /** Which `cases` block it stands in. */
  block?: number;
}

function flatten(items: StepItem[], verbs: ReadonlyMap<string, Verb>): PlacedStep[] {
  return items.flatMap((item, i): PlacedStep[] => {
    const { cases, steps } = item;
    if (!Array.isArray(cases) || !Array.isArray(steps)) return placed(item, ['steps', i], verbs);
    return cases.flatMap((row) => steps.flatMap((step, j) => placed(step as StepItem, ['steps', i, 'steps', j], verbs).map((p) => ({ ...p, row: row as PlacedStep['row'], block: i }))));
  });
}
function placed(item: StepItem, path: (string | number)[], verbs: ReadonlyMap<string, Verb>): PlacedStep[] {
  return Object.entries(item).map(([verb, written]) => {
    const shorthand = verbs.get(verb)?.shorthand;
    const parameters = typeof written === 'string' && shorthand ? { [shorthand]: written } : (written as PlacedStep['parameters']);
    return { verb, parameters, path: [...path, verb] };
  });
}

function* nameProblems(yaml: ExplainedYaml<ScenarioFile>, known: KnownNames): Iterable<YamlProblem> {
  const { value } = yaml;
  const each = function* (names: readonly string[], member: string, allowed: readonly string[] | undefined, what: string): Iterable<YamlProblem> {
    if (!allowed) return;
    for (const [i, name] of names.entries()) {
      if (!allowed.includes(name)) yield yaml.problem([member, i], unknown(name, allowed, what));
    }
  };
  yield* each(value.simulators, 'simulators', known.simulators, 'a simulator');
  yield* each(value.exercises, 'exercises', known.requirements && [...known.requirements], 'the id of a requirement of the catalogue');
  yield* each(value.covers ?? [], 'covers', known.tests, "a test of the programme's actor");
  if (known.actors && !known.actors.includes(value.actorUnderTest)) yield yaml.problem(['actorUnderTest'], unknown(value.actorUnderTest, known.actors, 'an actor'));
  const { study, patient } = value.given ?? {};
  if (study !== undefined && known.studies && !known.studies.includes(study)) yield yaml.problem(['given', 'study'], unknown(study, known.studies, 'a study fixture'));
  if (patient !== undefined && known.patients && !known.patients.includes(patient)) yield yaml.problem(['given', 'patient'], unknown(patient, known.patients, 'a patient fixture'));
  for (const [i, item] of value.steps.entries()) {
    const verbs = Object.keys(item).filter((name) => name !== 'cases' && name !== 'steps');
    const count = verbs.length + ('cases' in item ? 1 : 0);
    if (count > 1) yield yaml.problem(['steps', i], { expected: 'one verb in each list item', found: Object.keys(item).join(', '), remedy: 'Give each verb its own list item, with its own dash.' });
  }
}

function unknown(name: string, allowed: readonly string[], what: string): { expected: string; found: string; remedy: string } {
  const near = nearest(name, allowed);
  const shown = allowed.length > 12 ? `one of ${allowed.length} names` : allowed.join(', ');
  return { expected: `${what}: ${shown}`, found: `"${name}"`, remedy: near ? `Did you mean "${near}"?` : 'Mend the name.' };
}

function* referenceProblems(yaml: ExplainedYaml<ScenarioFile>, known: KnownNames): Iterable<YamlProblem> {
  const { value } = yaml;
  /** `as` names so far: members of the result, and the `cases` block within which alone they are seen. */
  const results = new Map<string, { members: readonly string[]; block?: number }>();
  const seen = new Set<string>();
  for (const step of flatten(value.steps, known.verbs)) {
    for (const reference of referencesIn(step.parameters)) {
      const why = problemWith(reference, step, value, results);
      const key = `${[...step.path, ...reference.at].join('/')} ${reference.text}`;
      if (!why || seen.has(key)) continue;
      seen.add(key);
      // A shorthand has no member of its own in the file.
      yield yaml.problem([...step.path, ...reference.at], { ...why, found: reference.text });
    }
    const as = step.parameters['as'];
    if (typeof as !== 'string') continue;
    const taken = as in BUILT_IN || as === 'case' || value.simulators.includes(as) || (results.has(as) && (step.block === undefined || results.get(as)?.block !== step.block));
    if (taken) yield yaml.problem([...step.path, 'as'], { expected: 'a name that nothing else has', found: `"${as}"`, remedy: 'Choose another name.' });
    results.set(as, { members: known.verbs.get(step.verb)?.results ?? [], ...(step.block !== undefined && { block: step.block }) });
  }
}

function problemWith(
  reference: Reference,
  step: PlacedStep,
  value: ScenarioFile,
  results: ReadonlyMap<string, { members: readonly string[]; block?: number }>,
): { expected: string; remedy: string } | undefined {
  const [root, member] = reference.names;
  if (root === undefined) return { expected: 'a reference such as ${study.uid}', remedy: 'Only names with dots between them stand in ${…}: there are no expressions.' };
  const wrongMember = (members: readonly string[]): { expected: string; remedy: string } | undefined => {
    if (member === undefined || members.includes(member)) return undefined;
    const near = nearest(member, members);
    return { expected: `one of ${members.map((m) => `\${${root}.${m}}`).join(', ')}`, remedy: near ? `Did you mean "\${${root}.${near}}"?` : 'Mend the name.' };
  };
  if (root === 'study' && value.given?.study === undefined) return { expected: 'a scenario with given: { study: … } where ${study} is used', remedy: 'Add the study below "given:".' };
  if (root === 'case') return step.row ? wrongMember(Object.keys(step.row)) : { expected: '${case.…} within a "cases:" block only', remedy: 'Move the step below "cases:", or write the value out.' };
  if (Object.hasOwn(BUILT_IN, root)) return BUILT_IN[root] && wrongMember(BUILT_IN[root]);
  if (value.simulators.includes(root)) return undefined;
  const result = results.get(root);
  if (result && (result.block === undefined || result.block === step.block)) return wrongMember(result.members);
  const names = [...Object.keys(BUILT_IN), ...value.simulators, ...results.keys()];
  const near = nearest(root, names);
  return { expected: `a name that is known here: ${names.join(', ')}`, remedy: near ? `Did you mean "\${${[near, ...reference.names.slice(1)].join('.')}}"?` : 'Name the result of an earlier step ("as:"), a simulator of this scenario, study, patient, sut or timing.' };
}
