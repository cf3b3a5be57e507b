/** A source that does not act. */
import { sourceFault } from '../fault.js';

export const faults = [
  sourceFault({ id: 'never-submits', title: 'says that it shared the study, and sends nothing', breaks: 'RAD68-001' }, { neverSubmits: true }),
  sourceFault({ id: 'never-answers', title: 'never answers a retrieve', breaks: 'RAD69-004' }, { neverAnswers: true }),
];
