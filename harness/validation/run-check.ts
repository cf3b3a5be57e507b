/** Runs one check on one subject, fenced: an exception, silence or a hang becomes words, never a pass and never a crash. */
import type { Observation } from '../contracts.js';

export interface CheckRun {
  observations: Observation[];
  /** Assay's own fault: what went wrong in the check. */
  error?: string;
}

/** The time after which a check on one subject is given up, in milliseconds. */
export const CHECK_TIME_LIMIT = 30_000;

/** Observations of one kind that are kept of one check on one subject: a message that repeats a mistake 50,000 times is told so once. */
export const OBSERVATIONS = 100;

/** Says behind the last of each kind how many more there were; the verdict is the same, since one of each kind is kept. */
function summarise(observations: Observation[], counts: ReadonlyMap<string, number>): void {
  for (const [kind, count] of counts) {
    if (count <= OBSERVATIONS) continue;
    const index = observations.map(({ outcome, atMost }) => `${outcome} ${atMost ?? ''}`).lastIndexOf(kind);
    const last = observations[index];
    if (last) observations[index] = { ...last, because: `${last.because} (and ${count - OBSERVATIONS} more of this kind)` };
  }
}

/** Characters of one text of an observation: a peer's values stand in them, and reports are for people. */
const TEXT_LIMIT = 2_000;
const shortened = (text: string): string => (text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT)}… (${text.length} characters)` : text);

function bounded(observation: Observation): Observation {
  const { because, expected, found, remedy, at } = observation;
  if (![because, expected, found, remedy, at?.path].some((text) => text !== undefined && text.length > TEXT_LIMIT)) return observation;
  return {
    ...observation,
    because: shortened(because),
    ...(expected !== undefined && { expected: shortened(expected) }),
    ...(found !== undefined && { found: shortened(found) }),
    ...(remedy !== undefined && { remedy: shortened(remedy) }),
    ...(at?.path !== undefined && { at: { ...at, path: shortened(at.path) } }),
  };
}

/**
 * Collects what a check yields. `start` reads the view and begins the check; it gives undefined where the check has nothing to look at.
 * The guard ends a check that waits for ever; a check that never gives the processor back cannot be ended from inside the process.
 */
export async function runCheck(start: () => Promise<Iterable<Observation> | AsyncIterable<Observation> | undefined>, timeLimit: number = CHECK_TIME_LIMIT): Promise<CheckRun | undefined> {
  const observations: Observation[] = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not done within ${timeLimit} ms`)), timeLimit);
  });
  try {
    const all = (async () => {
      const yielded = await start();
      if (yielded === undefined) return false;
      const counts = new Map<string, number>();
      const take = (observation: Observation): void => {
        const kind = `${observation.outcome} ${observation.atMost ?? ''}`;
        const count = (counts.get(kind) ?? 0) + 1;
        counts.set(kind, count);
        if (count <= OBSERVATIONS) observations.push(bounded(observation));
      };
      // Most checks wait for nothing: awaiting each of their observations would cost more than making it.
      if (Symbol.iterator in yielded) for (const observation of yielded) take(observation);
      else for await (const observation of yielded) take(observation);
      summarise(observations, counts);
      return true;
    })();
    all.catch(() => undefined); // a check that fails after the guard spoke has nobody left to tell
    if (!(await Promise.race([all, late]))) return undefined;
    if (observations.length === 0) return { observations, error: 'it yielded nothing' };
    return { observations };
  } catch (error) {
    return { observations, error: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
