/** Document Repository: takes submissions (ITI-41, RAD-68), registers them (ITI-42), and answers as the registry did. */
import type { HttpAnswer, Json, ReceivedHttp, RunningSimulator, Simulator } from '../../harness/contracts.js';
import { submissionView } from '../../harness/formats/ebrim.js';
import { Views } from '../../harness/formats/viewer.js';
import { pathOf, targets } from '../common/address.js';
import { faultsOf } from '../common/fault-folder.js';
import { faultAnswer, plainAnswer, readSoap, soapAnswer, type SoapRequest } from '../common/soap.js';
import { ACTIONS } from '../emit/envelope.js';
import { registryResponse, STATUS, type RegistryErrorModel } from '../emit/registry-response.js';
import type { RepositoryFault } from './fault.js';
import { documentsOf, problemsOf } from './intake.js';
import { register } from './register.js';
import { acceptedActions, settingsSchema, type RepositorySettings } from './settings.js';

const ACTOR = 'Document Repository';
const faults = await faultsOf<RepositoryFault>('document-repository');

export const simulator: Simulator<RepositorySettings> = {
  name: 'document-repository',
  actor: ACTOR,
  settings: settingsSchema,
  faults,
  async start(host, settings = {}): Promise<RunningSimulator> {
    const path = pathOf('repository', settings.token, host.random);
    const transaction = settings.transaction ?? 'RAD-68';
    const repositoryUniqueId = settings.repositoryUniqueId ?? '1.3.6.1.4.1.21367.13.80.101';
    const fault = faults.find((f) => f.id === host.fault);
    const held: { uniqueId: string; size: number; sha1: string; exchange: string }[] = [];

    /** The errors of a submission; none: it is stored and registered. */
    const process = async (received: ReceivedHttp, views: Views): Promise<{ status: string; errors: RegistryErrorModel[] }> => {
      const submission = await views.view(received.raw, submissionView);
      const problems = problemsOf(submission);
      if (!submission || problems.length > 0) return { status: STATUS.failure, errors: problems };
      // Kept before the registry is told, so that whoever learns of the document from there can have it (ITI TF-2 section 3.41.4.1.3).
      held.push(...documentsOf(submission).map((d) => ({ ...d, exchange: received.exchange })));
      if (settings.registryUrl === undefined) return { status: STATUS.success, errors: [] };
      return register(host, { to: settings.registryUrl, submission, repositoryUniqueId, cause: received.exchange, timeoutMs: settings.registryTimeoutMs ?? 30_000, ...(settings.tls && { tls: settings.tls }) });
    };

    const answer = async (received: ReceivedHttp, views: Views, request: SoapRequest): Promise<HttpAnswer> => {
      if (request.problem) return faultAnswer(request, request.problem.code, request.problem.reason);
      if (request.action !== undefined && !acceptedActions.has(request.action)) {
        return faultAnswer(request, 'Sender', `Action ${request.action} is not supported here: expected ${ACTIONS.provideAndRegister}.`);
      }
      if (request.message?.payload?.local !== 'ProvideAndRegisterDocumentSetRequest') {
        return faultAnswer(request, 'Sender', `Expected ProvideAndRegisterDocumentSetRequest in the Body, found ${request.message?.payload?.local ?? 'nothing'}.`);
      }
      const { status, errors } = await process(received, views);
      return soapAnswer(request, ACTIONS.provideAndRegisterResponse, registryResponse(status, errors));
    };

    const listening = await host.listenHttp(
      {
        actor: ACTOR,
        port: settings.port ?? 0,
        ...(settings.tls && { tls: settings.tls }),
        // Whatever is posted to the path is a submission, garbage included: a SUT that sends garbage has sent it here.
        recognise: async ({ method, target }) => (method === 'POST' && targets(target, path) ? transaction : undefined),
      },
      async (received) => {
        if (!targets(received.target, path)) return plainAnswer(404, `Nothing is here. Submissions go to ${path}.\n`);
        if (received.method !== 'POST') return plainAnswer(405, `Submissions (${transaction}) are posted to this address.\n`);
        const views = new Views(host.evidence);
        const request = await readSoap(views, received.raw);
        const make = (): Promise<HttpAnswer> => answer(received, views, request);
        return fault ? fault.answer({ make, host, request, settings }) : make();
      },
    );
    return {
      endpoints: { url: `${listening.url.replace(/\/$/, '')}${path}`, repositoryUniqueId, ...(settings.registryUrl !== undefined && { registry: settings.registryUrl }) },
      async call(operation): Promise<Json> {
        if (operation === 'holds') return held;
        throw new Error(`The document-repository has no operation "${operation}": expected holds.`);
      },
      stop: () => listening.close(),
    };
  },
};

