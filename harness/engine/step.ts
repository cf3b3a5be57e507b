/** What a verb is made of, and how all verbs are found: each file below `engine/steps/` exports one. Adding a verb is adding a file. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AttemptFacts, Exchange, Json, SimulatorHost, Step, StepContext, SutDescription, TrueInstance, ViewSource } from '../contracts.js';
import { codeEnding, codeFolder } from '../root.js';

/** Parameters with every reference resolved. */
export type Parameters = { [name: string]: Json };

export interface Verb<P extends Parameters = Parameters, R extends Json | void = Json | void> extends Step<P, R> {
  /** One sentence for the schema and for editors. */
  description: string;
  /** JSON Schema of the parameters as written: references are texts there. */
  schema: VerbSchema;
  /** A step that is a bare text means this parameter. */
  shorthand?: string;
  /** Members of the result that later steps may refer to. */
  results: readonly string[];
  /** One line for people: what this step does. */
  summary(parameters: P): string;
  /** One line for people: what came of it. */
  told?(result: R): string;
  run(parameters: P, context: EngineContext): Promise<R>;
}
export type VerbSchema = { type: 'object'; additionalProperties: false; properties: { [name: string]: Json }; required?: string[] };

/** The study that a scenario gives: made from a fixture, or the vendor's own. */
export interface GivenStudy {
  uid: string;
  accession?: { number: string; authority?: string };
  /** Part 10 files. */
  files: string[];
  instances: { study: string; series: string; sop: string; sopClass: string }[];
}
/** The verdict so far, as people want to see it while a run goes on. */
export interface Preview {
  counts: Record<string, number>;
  failed: string[];
}
export interface EngineContext extends StepContext {
  attempt: string;
  index: number;
  sut: SutDescription;
  actorUnderTest: string;
  given: AttemptFacts['given'];
  study?: GivenStudy;
  /** Tolerant readers over the evidence. */
  views: ViewSource;
  /** The engine's own way to the SUT, in the name of a simulator. */
  host(simulator: string): Pick<SimulatorHost, 'dialHttp' | 'dialDimse'>;
  /** Exchanges of this attempt so far. */
  exchanges(): readonly Exchange[];
  /** Instances that the SUT acknowledged in this attempt. */
  delivered(): readonly Pick<TrueInstance, 'sop'>[];
  /** Results of earlier steps by their `as` names. */
  result(name: string): Json | undefined;
  /** What a hook is told besides what the step itself says. */
  values(): Record<string, string>;
  /** Undefined where no judge was handed to the engine. */
  preview?: () => Promise<Preview>;
}

/** A step towards the SUT that could not be carried out. With `result`, later steps can still say something. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  constructor(
    message: string,
    readonly result?: Json,
  ) {
    super(message);
  }
}
/** By name: verbs are found by importing files, and a loader may give them classes of their own copy of this module. */
const named = <T extends Error>(error: unknown, name: string): error is T => error instanceof Error && error.name === name;
export const isStepFailure = (error: unknown): error is StepFailure => named<StepFailure>(error, 'StepFailure');
export const isTimedOut = (error: unknown): error is TimedOut => named<TimedOut>(error, 'TimedOut');
export const isStepSkipped = (error: unknown): error is StepSkipped => named<StepSkipped>(error, 'StepSkipped');

/** What was awaited did not come in time. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}
/** The step has nothing to do here; the reason is shown. With `result`, what builds on it still makes sense. */
export class StepSkipped extends Error {
  override readonly name = 'StepSkipped';
  constructor(
    message: string,
    readonly result?: Json,
  ) {
    super(message);
  }
}

/** Parameters that every verb takes. */
export const commonParameters: { [name: string]: Json } = {
  as: { type: 'string', pattern: '^[a-z][a-zA-Z0-9-]*$', description: 'Name under which later steps refer to the result: a small letter, then letters, digits and hyphens', examples: ['submission'] },
  after: {
    type: ['string', 'array'],
    pattern: '^\\$\\{[a-z][a-zA-Z0-9-]*\\}$',
    items: { type: 'string', pattern: '^\\$\\{[a-z][a-zA-Z0-9-]*\\}$', description: 'Reference to the result of an earlier step', examples: ['${submission}'] },
    description: 'References to results without which this step says nothing: it is skipped where one of them is missing',
    examples: ['${submission}'],
  },
};

const isVerb = (value: unknown): value is Verb => typeof value === 'object' && value !== null && 'verb' in value && 'onResume' in value && 'run' in value;

/** Every verb of a folder, by name. */
export async function findVerbs(folder: string = codeFolder('harness', 'engine', 'steps')): Promise<ReadonlyMap<string, Verb>> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(codeEnding) && !name.endsWith('.d.ts')).sort();
  const verbs = new Map<string, Verb>();
  for (const file of files) {
    const module = (await import(pathToFileURL(join(folder, file)).href)) as Record<string, unknown>;
    for (const verb of Object.values(module).filter(isVerb)) {
      if (verbs.has(verb.verb)) throw new Error(`${file}: the verb "${verb.verb}" is defined twice below engine/steps. Give one of them another name.`);
      verbs.set(verb.verb, verb);
    }
  }
  return verbs;
}
let builtIn: Promise<ReadonlyMap<string, Verb>> | undefined;
/** The built-in verbs, found once a process. */
export const builtInVerbs = (): Promise<ReadonlyMap<string, Verb>> => (builtIn ??= findVerbs());
