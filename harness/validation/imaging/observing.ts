/** Return types for the generators of checks that end early by `return yield …`. */
import type { Observation } from '../../contracts.js';

export type Observing = Generator<Observation, void, void>;
export type ObservingAsync = AsyncGenerator<Observation, void, void>;

/** Findings of one kind that are listed one by one; the rest would repeat them. */
const LISTED = 20;

/** A violation repeated for many places: the first ones as they are, then how many more there are. */
export function* listed(violations: readonly Observation[]): Observing {
  yield* violations.slice(0, LISTED);
  const [first] = violations;
  const more = violations.length - LISTED;
  if (first && more > 0) yield { ...first, because: `${first.because} (and ${more} more like the ${LISTED} that are listed)` };
}
