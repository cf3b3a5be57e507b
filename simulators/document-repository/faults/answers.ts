/** Ways in which a repository is a bad partner: a vendor sees how its own product copes. None of them breaks a requirement of the source. */
import { plainAnswer, soapAnswer } from '../../common/soap.js';
import { ACTIONS } from '../../emit/envelope.js';
import { registryError, registryResponse, SEVERITY, STATUS } from '../../emit/registry-response.js';
import { newUuidUrn } from '../../emit/uid.js';
import type { RepositoryFault } from '../fault.js';

/** Waits, or until the simulator is stopped. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });

const bad = (id: string, title: string, breaks: string, answer: RepositoryFault['answer']): RepositoryFault => ({
  id,
  actor: 'Document Repository',
  title,
  breaks,
  alsoBreaks: [],
  hides: [],
  expectedExit: 0,
  answer,
});

const responseWith = (status: string, code: string, context: string, severity: string): RepositoryFault['answer'] => async ({ make, request }) => {
  await make();
  return soapAnswer(request, ACTIONS.provideAndRegisterResponse, registryResponse(status, [{ ...registryError(code, context), severity }]));
};

export const faults: readonly RepositoryFault[] = [
  bad('slow-repository', 'answers a submission only after a long wait', 'ASY-ITI41-012', async ({ make, host, settings }) => {
    const made = await make();
    await pause(settings.slowMs ?? 3000, host.signal);
    return made;
  }),
  bad('repository-refuses', 'refuses every submission with XDSRepositoryError', 'ITI42-2', responseWith(STATUS.failure, 'XDSRepositoryError', 'This repository refuses everything.', SEVERITY.error)),
  bad('repository-warns', 'takes the submission and adds a warning', 'ASY-ITI41-013', responseWith(STATUS.success, 'XDSExtraMetadataNotSaved', 'Not all metadata was saved.', SEVERITY.warning)),
  bad('repository-resets', 'cuts the connection instead of answering', 'ASY-ITI41-012', async ({ make }) => ({ ...(await make()), cutAfter: 0 })),
  bad('repository-cuts-answer', 'cuts the connection in the midst of the answer', 'ASY-ITI41-012', async ({ make }) => ({ ...(await make()), cutAfter: 200 })),
  bad('repository-unavailable', 'answers 503 Service Unavailable', 'ASY-ITI41-012', async () => plainAnswer(503, 'Out of service.\n')),
  bad('repository-wrong-relatesTo', 'answers with a wsa:RelatesTo that names no request', 'ASY-SOAP-007', async ({ make, host, request }) => {
    await make();
    return soapAnswer(request, ACTIONS.provideAndRegisterResponse, registryResponse(STATUS.success), { relatesTo: newUuidUrn(host.random) });
  }),
];
