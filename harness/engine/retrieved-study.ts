/** The study as the SUT itself gave it out by RAD-69: the truth where nothing was delivered. */
import type { EvidenceStore, Exchange, TrueInstance } from '../contracts.js';

/** Instances of some RAD-69 answers, and a store in which their data sets can be read. */
export async function instancesOfAnswers(_exchanges: readonly Exchange[], evidence: EvidenceStore): Promise<{ instances: TrueInstance[]; evidence: EvidenceStore }> {
  return { instances: [], evidence };
}
