/** The events of a run as their writers mean them (v 1). Readers take what they know and pass over the rest. */
import type { Answer, AttemptFacts, Exchange, Json, Prompt, ReportModel, RequirementId, RunEvent, RunStatus, Sha256, SutDescription } from '../contracts.js';
import type { DimseInstance } from '../wire/recorder.js';
import type { GivenStudy } from './step.js';

export type StepOutcome = 'done' | 'timed out' | 'failed' | 'aborted' | 'skipped';

export interface RunEvents {
  'run.opened': { run: string; kind: ReportModel['kind']; tool: { name: string; version: string }; sut: SutDescription; catalogueSha: Sha256; programmeSha: Sha256 };
  'run.planned': { scenarios: string[] };
  'run.status': { status: RunStatus };
  /** With `attempt`, that attempt goes on, at `index`. */
  'run.resumed': { attempt?: string; index?: number };
  'run.finished': Record<string, never>;
  'run.interrupted': { why: string };
  'attempt.started': { attempt: string; scenario: string; scenarioSha: Sha256; exercises?: RequirementId[]; n: number; given: AttemptFacts['given'] };
  'attempt.finished': { attempt: string; status: RunStatus };
  'study.prepared': { attempt: string; study: GivenStudy };
  'simulator.started': { simulator: string; endpoints: Record<string, string> };
  'step.started': { attempt: string; index: number; verb: string; summary: string };
  'step.finished': { attempt: string; index: number; verb: string; summary: string; outcome: StepOutcome; message?: string; ours?: boolean; result?: Json };
  'prompt.answered': { attempt: string; index: number; prompt: Prompt; answer: Answer };
  'await.started': { attempt: string; index: number; transaction: string; at: string; withinMs: number; until: string; where: Record<string, string> };
  'await.ended': { attempt: string; index: number } & Omit<AttemptFacts['awaits'][number], 'step'>;
  'await.nearMiss': { attempt: string; index: number; exchange?: string; why: string };
  /** `interim`: a 1xx answer, evidence but no message of the exchange. */
  'exchange.message': { exchange: string; connection: string; message: Exchange['messages'][number]; interim?: boolean };
  /** It came in the attempt's time and is for another patient and study: kept, and not judged in this attempt. */
  'exchange.foreign': { attempt: string; exchange: string; why: string };
  'exchange.ended': { exchange: Exchange };
  'dimse.instance': DimseInstance;
  'wire.problem': { connection: string; simulator: string; what: string; peer?: string };
  incident: { what: string };
}
export type RunEventType = keyof RunEvents;
/** An event with its data typed by its name. */
export type TypedEvent = { [T in RunEventType]: Omit<RunEvent, 'type' | 'data'> & { type: T; data: RunEvents[T] } }[RunEventType];

/** The event as its type says; undefined: of a type or version that this reader does not know. */
export function typedEvent(event: RunEvent): TypedEvent | undefined {
  return event.v === 1 && typeof event.data === 'object' && event.data !== null ? (event as unknown as TypedEvent) : undefined;
}

/** The body to append. */
export function eventBody<T extends RunEventType>(type: T, data: RunEvents[T]): { type: T; v: 1; data: Json } {
  // Members that are undefined are no JSON.
  return { type, v: 1, data: JSON.parse(JSON.stringify(data)) as Json };
}
