/** Verdict vectors: the whole of what a judgement says, requirement by requirement, and the difference of two. */
import type { Judgement, Verdict } from '../../harness/contracts.js';
import type { ViolatingWitness } from './load.js';

export type Vector = Map<string, Verdict>;

export const vectorOf = (judgement: Judgement): Vector => new Map(judgement.requirements.map(({ id, verdict }) => [id, verdict]));

/** `ASY-SOAP-001: pass → fail`, one a line, sorted; for assertions whose message one can read. */
export function differences(before: Vector, after: Vector): string[] {
  const ids = [...new Set([...before.keys(), ...after.keys()])].sort();
  return ids.filter((id) => before.get(id) !== after.get(id)).map((id) => `${id}: ${after.get(id) ?? 'absent'}`);
}

/** What a violation promises, in the words of `differences`. */
export function promised(violation: ViolatingWitness): string[] {
  return Object.entries(violation.expect)
    .flatMap(([verdict, ids]) => (ids ?? []).map((id) => `${id}: ${verdict}`))
    .sort();
}
