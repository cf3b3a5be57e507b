/** A source that does not act. */
import { ANSWERS, THE_SUBMISSION } from '../hidden.js';
import { sourceFault } from '../fault.js';

export const faults = [
  sourceFault({ id: 'never-submits', title: 'says that it shared the study, and sends nothing', breaks: 'RAD68-001', hides: THE_SUBMISSION }, { neverSubmits: true }),
  sourceFault({ id: 'never-answers', title: 'never answers a retrieve', breaks: 'RAD69-004', alsoBreaks: ['ASY-KOS-030', 'RAD68-006'], hides: ANSWERS }, { neverAnswers: true }),
];
