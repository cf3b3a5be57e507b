/**
 * How a check is written: the requirement it decides, the view it looks at, and a generator of observations.
 * A check says neither to whom nor to which message it applies (that follows from its requirement), nor how severe a violation is
 * (that follows from the requirement's level and the programme).
 */
import type { AttemptCheck, AttemptContext, AttemptFacts, JudgeContext, Location, MessageCheck, Observation, ViewKey } from '../contracts.js';

/** What a check yields, one for each place that it looked at. */
export type Observations = Iterable<Observation> | AsyncIterable<Observation>;

/** The result type of a check written as a generator: `function* (m): Seen`, or `async function* (m): SeenLater`. */
export type Seen = Generator<Observation, void, undefined>;
export type SeenLater = AsyncGenerator<Observation, void, undefined>;

/** A violation: everything that a vendor's engineer needs to find and mend it. */
export type Violation = Omit<Observation, 'outcome'> & { expected: string; found: string; remedy: string };

/**
 * Defines a check that is asked once for each message of the obliged party.
 * `id` is the id of the requirement that it decides; where several checks decide one requirement, each adds a suffix of its own
 * behind a slash: `ASY-SOAP-010/reason`.
 */
export function defineCheck<V>(id: string, view: ViewKey<V>, judge: (view: V, context: JudgeContext) => Observations): MessageCheck<V> {
  return { subject: 'message', id, decides: requirementOf(id), view, judge };
}

/** Defines a check that is asked once for each attempt of a scenario, also when no message came at all. */
export function defineAttemptCheck(id: string, judge: (attempt: AttemptFacts, context: AttemptContext) => Observations): AttemptCheck {
  return { subject: 'attempt', id, decides: requirementOf(id), judge };
}

/** `ASY-SOAP-010/reason` decides `ASY-SOAP-010`. */
export const requirementOf = (checkId: string): string => checkId.split('/', 1)[0] ?? checkId;

/** The requirement is obeyed at this place. */
export const met = (because: string, at?: Location): Observation => ({ outcome: 'met', because, ...(at && { at }) });

/** The requirement is broken at this place. */
export const violated = (violation: Violation): Observation => ({ outcome: 'violated', ...violation });

/** The condition under which alone the requirement holds was looked at and does not hold. */
export const notApplicable = (because: string, at?: Location): Observation => ({ outcome: 'not applicable', because, ...(at && { at }) });

/** What the requirement speaks of was not provoked (the positive control did not succeed, nothing was asked for). */
export const notExercised = (because: string, at?: Location): Observation => ({ outcome: 'not exercised', because, ...(at && { at }) });

/** It was provoked, but cannot be told from the bytes (a part is missing or cannot be read). */
export const undecidable = (because: string, at?: Location): Observation => ({ outcome: 'undecidable', because, ...(at && { at }) });
