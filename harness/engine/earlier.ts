/** What a log says of a run that is taken up again: attempts with their studies and events, and the addresses that the product knows. */
import { resolve } from 'node:path';
import type { RunEvent } from '../contracts.js';
import type { Given } from './given.js';
import { typedEvent } from './run-events.js';
import type { GivenStudy } from './step.js';

export interface EarlierAttempt {
  given: { attempt: string; given: Given };
  events: RunEvent[];
  finished: boolean;
}

/** The attempts of a log so far, with the events that belong to each. */
export function attemptsIn(events: readonly RunEvent[], dir: string): EarlierAttempt[] {
  const studies = new Map<string, GivenStudy>();
  const attempts: EarlierAttempt[] = [];
  let current: EarlierAttempt | undefined;
  for (const event of events) {
    const known = typedEvent(event);
    if (known?.type === 'attempt.started') {
      const { attempt, given } = known.data;
      const study = studies.get(attempt);
      current = { given: { attempt, given: { facts: given, ...(study && { study: { ...study, files: study.files.map((file) => resolve(dir, file)) } }) } }, events: [], finished: false };
      attempts.push(current);
    }
    if (known?.type === 'run.resumed') current = attempts.find((a) => a.given.attempt === known.data.attempt) ?? current;
    if (known?.type === 'study.prepared') studies.set(known.data.attempt, known.data.study);
    if (known?.type === 'attempt.finished' && current) current.finished = known.data.status === 'finished';
    current?.events.push(event);
  }
  return attempts;
}

/** Endpoints of each simulator, as it was last started. */
export function endpointsIn(events: readonly RunEvent[]): Map<string, Record<string, string>> {
  const endpoints = new Map<string, Record<string, string>>();
  for (const event of events) {
    const known = typedEvent(event);
    if (known?.type === 'simulator.started') endpoints.set(known.data.simulator, known.data.endpoints);
  }
  return endpoints;
}
