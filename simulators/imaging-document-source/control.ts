/** The control hook: `POST /share` with the values of a prompt makes the source share a study, as a person at its console would. */
import type { ReceivedHttp, SimulatorHost } from '../../harness/contracts.js';
import { readMessage } from '../../harness/formats/message-stream.js';

export interface ShareCommand {
  studyUid: string;
  /** CX */
  patientDomainId: string;
  repositoryUrl: string;
  timeoutMs: number;
}

/** The body of a request as JSON with string values; undefined: it is none. */
async function jsonBody(host: SimulatorHost, received: ReceivedHttp): Promise<Record<string, unknown> | undefined> {
  const message = await readMessage(host.evidence.read(received.raw), (head) => head);
  try {
    const value: unknown = JSON.parse(message.whole?.bytes.toString('utf8') ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the command; a sentence where something is missing. */
export async function readShareCommand(host: SimulatorHost, received: ReceivedHttp): Promise<ShareCommand | string> {
  const values = await jsonBody(host, received);
  if (!values) return 'Expected a JSON object with study.uid, patient.domainId and repository.url.';
  const value = (name: string): string => (typeof values[name] === 'string' || typeof values[name] === 'number' ? String(values[name]) : '');
  const missing = ['study.uid', 'patient.domainId', 'repository.url'].filter((name) => value(name) === '');
  if (missing.length > 0) return `The JSON lacks ${missing.join(', ')}.`;
  if (!URL.canParse(value('repository.url'))) return `repository.url is no address: ${value('repository.url')}`;
  return { studyUid: value('study.uid'), patientDomainId: value('patient.domainId'), repositoryUrl: value('repository.url'), timeoutMs: Number(value('submission.timeoutMs')) || 60_000 };
}
