import type { Answer, Submit } from './source.js';

/** What must come of a misbehaviour. */
export interface HostileCase {
  title: string;
  submit?: Submit;
  answer?: Answer;
  /** Requirements that fail, all of them. */
  fails: string[];
  /** Requirements that warn, all of them. */
  warns?: string[];
  /** Nothing else may pass. */
  passes?: string[];
  /** Requirements, or transactions with all their requirements, that would pass undeservedly. */
  neverPass?: string[];
  /** Except these, which were shown all the same. */
  shown?: string[];
  /** How our listener answers a submission. */
  reply?: RegExp;
}
