/** Keeps what a check yields bounded: a message may hold a hundred thousand objects, each with the same fault. */
import type { Observation } from '../contracts.js';

/** Observations of one outcome that are listed one by one. */
const LISTED = 20;

/** Longer texts are cut: what was found stands in the evidence. */
const TEXT_LIMIT = 2000;
const cut = (text: string): string => (text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT)}… (${text.length} characters)` : text);
const short = (observation: Observation): Observation => ({
  ...observation,
  because: cut(observation.because),
  ...(observation.expected !== undefined && { expected: cut(observation.expected) }),
  ...(observation.found !== undefined && { found: cut(observation.found) }),
});

/** The first observations of each outcome (a violation that only warns is one of its own), and for the others one that counts them. */
class Cap {
  private readonly seen = new Map<string, { count: number; last?: Observation }>();

  admits(observation: Observation): boolean {
    const kind = `${observation.outcome} ${observation.atMost ?? ''}`;
    const of = this.seen.get(kind) ?? { count: 0 };
    this.seen.set(kind, of);
    of.count++;
    if (of.count > LISTED) of.last = observation;
    return of.count <= LISTED;
  }

  *rest(): Iterable<Observation> {
    for (const { count, last } of this.seen.values()) if (last) yield count === LISTED + 1 ? short(last) : { ...short(last), because: `${cut(last.because)} (and ${count - LISTED - 1} more like those that are listed)` };
  }
}

export function* capped(observations: Iterable<Observation>): Iterable<Observation> {
  const cap = new Cap();
  for (const observation of observations) if (cap.admits(observation)) yield short(observation);
  yield* cap.rest();
}

export async function* cappedAsync(observations: AsyncIterable<Observation>): AsyncIterable<Observation> {
  const cap = new Cap();
  for await (const observation of observations) if (cap.admits(observation)) yield short(observation);
  yield* cap.rest();
}
