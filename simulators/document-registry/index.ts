/** Document Registry: takes registrations (ITI-42) and answers stored queries (ITI-18). Its index lives as long as the simulator. */
import type { HttpAnswer, Json, ReceivedHttp, RunningSimulator, Simulator, TlsSettings } from '../../harness/contracts.js';
import { submissionView } from '../../harness/formats/ebrim.js';
import { soapView } from '../../harness/formats/soap.js';
import { Views } from '../../harness/formats/viewer.js';
import { pathOf, targets } from '../common/address.js';
import { faultAnswer, plainAnswer, readSoap, soapAnswer, type SoapRequest } from '../common/soap.js';
import { ACTIONS } from '../emit/envelope.js';
import { errorList, registryError, registryResponse, STATUS } from '../emit/registry-response.js';
import { declare, x, type XmlNode } from '../emit/xml.js';
import { patientIdOf, statusOf, uniqueIdOf } from './objects.js';
import { Registry } from './registry.js';
import { storedQuery, type QueryResult } from './stored-query.js';

const ACTOR = 'Document Registry';

export interface RegistrySettings {
  port?: number;
  /** Last part of the path; a fresh one keeps parallel runs apart. */
  token?: string;
  tls?: TlsSettings;
}

function queryResponse({ found, errors, leafClass }: QueryResult & { leafClass: boolean }): XmlNode {
  const objects = found.map((o) => (leafClass ? o.node : x('rim:ObjectRef', { id: o.id })));
  const status = errors.length > 0 ? STATUS.failure : STATUS.success;
  return x('query:AdhocQueryResponse', { ...declare('query', 'rim', 'rs'), status }, errorList(errors), x('rim:RegistryObjectList', {}, ...objects));
}

export const simulator: Simulator<RegistrySettings> = {
  name: 'document-registry',
  actor: ACTOR,
  settings: {
    type: 'object',
    additionalProperties: false,
    properties: {
      port: { type: 'integer', minimum: 0, maximum: 65535, default: 0, description: 'HTTP port; 0 takes a free one' },
      token: { type: 'string', pattern: '^[A-Za-z0-9._~-]+$', description: 'last part of the path; a fresh one if absent' },
      tls: { type: 'object' },
    },
  },
  faults: [],
  async start(host, settings = {}): Promise<RunningSimulator> {
    const path = pathOf('registry', settings.token, host.random);
    const registry = new Registry(host.random);

    const answer = async (received: ReceivedHttp, views: Views, request: SoapRequest): Promise<HttpAnswer> => {
      if (request.problem) return faultAnswer(request, request.problem.code, request.problem.reason);
      const payload = request.message!.payload!;
      if (payload.local === 'SubmitObjectsRequest') {
        const submission = await views.view(received.raw, submissionView);
        const errors = submission ? registry.register(submission) : [registryError('XDSRegistryMetadataError', 'The metadata cannot be read.')];
        return soapAnswer(request, ACTIONS.registerResponse, registryResponse(errors.length > 0 ? STATUS.failure : STATUS.success, errors));
      }
      if (payload.local === 'AdhocQueryRequest') return soapAnswer(request, ACTIONS.storedQueryResponse, queryResponse(storedQuery(payload, registry.entries())));
      return faultAnswer(request, 'Sender', `Expected lcm:SubmitObjectsRequest or query:AdhocQueryRequest in the Body, found ${payload.local}.`);
    };

    const recognise = async ({ method, target, raw }: ReceivedHttp): Promise<string | undefined> => {
      if (method !== 'POST' || !targets(target, path)) return undefined;
      const payload = (await new Views(host.evidence).view(raw, soapView))?.payload?.local;
      return payload === 'AdhocQueryRequest' ? 'ITI-18' : payload === 'SubmitObjectsRequest' ? 'ITI-42' : undefined;
    };

    const listening = await host.listenHttp({ actor: ACTOR, port: settings.port ?? 0, ...(settings.tls && { tls: settings.tls }), recognise }, async (received) => {
      if (!targets(received.target, path)) return plainAnswer(404, `Nothing is here. The registry is at ${path}.\n`);
      if (received.method !== 'POST') return plainAnswer(405, 'Registrations (ITI-42) and stored queries (ITI-18) are posted to this address.\n');
      const views = new Views(host.evidence);
      return answer(received, views, await readSoap(views, received.raw));
    });
    return {
      endpoints: { url: `${listening.url.replace(/\/$/, '')}${path}` },
      async call(operation): Promise<Json> {
        if (operation === 'holds') return registry.entries().map((e) => ({ id: e.id, uniqueId: uniqueIdOf(e) ?? '', patientId: patientIdOf(e) ?? '', status: statusOf(e) }));
        throw new Error(`The document-registry has no operation "${operation}": expected holds.`);
      },
      stop: () => listening.close(),
    };
  },
};
