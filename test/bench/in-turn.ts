/** What every benchmark does: peer and Assay in turn, so that the machine's moods meet both, and medians of several rounds. */
import type { BenchRow } from './main.js';

export type Work = () => unknown;

/** Milliseconds of each work, sorted. Each is done once before anything is counted. */
export async function inTurn(works: readonly Work[], rounds: number): Promise<number[][]> {
  const times = works.map((): number[] => []);
  for (const work of works) await work();
  for (let round = 0; round < rounds; round++) {
    for (const [index, work] of works.entries()) {
      const start = performance.now();
      await work();
      times[index]?.push(performance.now() - start);
    }
  }
  return times.map((list) => list.sort((a, b) => a - b));
}

export const median = (times: readonly number[] | undefined): number => times?.[Math.floor(times.length / 2)] ?? NaN;

/** Ours against theirs, each for `count` things; with minimum and maximum. */
export function row(work: string, peer: string, goal: number | undefined, ours: number[] | undefined, theirs: number[] | undefined, count: number, more = ''): BenchRow {
  const rate = (times: number[] | undefined): string => `${(count / median(times) * 1000).toPrecision(3)}/s`;
  const spread = (times: number[] | undefined): string => `${times?.[0]?.toFixed(0)}–${times?.at(-1)?.toFixed(0)} ms`;
  return { work, peer, ratio: median(theirs) / median(ours), ...(goal !== undefined && { goal }), detail: `${rate(ours)} (${spread(ours)}) against ${rate(theirs)} (${spread(theirs)})${more}` };
}

/** A peer that is not installed is said to be absent; nothing is made up for it. */
export const absent = (work: string, peer: string): BenchRow => ({ work, peer, ratio: NaN, detail: `${peer} is not installed here` });
