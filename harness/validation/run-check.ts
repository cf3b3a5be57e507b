/** Runs one check on one subject, fenced: an exception, silence or a hang becomes words, never a pass and never a crash. */
import type { Observation } from '../contracts.js';

export interface CheckRun {
  observations: Observation[];
  /** Assay's own fault: what went wrong in the check. */
  error?: string;
}

/** The time after which a check on one subject is given up, in milliseconds. */
export const CHECK_TIME_LIMIT = 30_000;

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
      for await (const observation of yielded) observations.push(observation);
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
