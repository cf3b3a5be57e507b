/** Imaging Document Consumer: asks an imaging source for instances (RAD-69), all in one request or in several of at most N. */
import type { Json, RunningSimulator, Simulator, TlsSettings } from '../../harness/contracts.js';
import { ACTIONS, ANONYMOUS, envelope } from '../emit/envelope.js';
import { mtomBody, mtomHeaders, mtomMessage } from '../emit/mtom.js';
import { retrieveRequest, type InstanceReference } from '../emit/retrieve.js';
import { newUuidUrn } from '../emit/uid.js';

const ACTOR = 'Imaging Document Consumer';

export interface ConsumerSettings {
  tls?: Partial<TlsSettings>;
}
/** Arguments of `retrieve`; `retrieveChunks` takes `perRequest` beside them. */
export interface RetrieveArguments {
  url: string;
  instances: InstanceReference[];
  transferSyntaxes: string[];
  timeoutMs?: number;
  cause?: string;
}
/** Without an answer `status` is absent and `ended` says why. */
export interface RetrieveOutcome {
  exchange: string;
  status?: number;
  ended: string;
}

export const simulator: Simulator<ConsumerSettings> = {
  name: 'imaging-document-consumer',
  actor: ACTOR,
  settings: { type: 'object', additionalProperties: false, properties: { tls: { type: 'object' } } },
  faults: [],
  async start(host, settings = {}): Promise<RunningSimulator> {
    const retrieve = async (args: RetrieveArguments): Promise<RetrieveOutcome> => {
      const xml = envelope({ action: ACTIONS.retrieveImaging, messageId: newUuidUrn(host.random), to: args.url, replyTo: ANONYMOUS }, retrieveRequest(args.instances, args.transferSyntaxes));
      const message = mtomMessage(xml);
      const { exchange, status } = await host.dialHttp({
        to: args.url,
        method: 'POST',
        headers: mtomHeaders(message),
        body: mtomBody(message),
        transaction: 'RAD-69',
        actor: ACTOR,
        ...(args.timeoutMs !== undefined && { timeoutMs: args.timeoutMs }),
        ...(args.cause !== undefined && { cause: args.cause }),
        ...(settings.tls && { tls: settings.tls }),
      });
      return { exchange: exchange.id, ended: exchange.ended, ...(status !== undefined && { status }) };
    };
    return {
      endpoints: {},
      async call(operation, args): Promise<Json> {
        const request = args as unknown as RetrieveArguments & { perRequest?: number };
        if (operation === 'retrieve') return { ...(await retrieve(request)) };
        if (operation === 'retrieveChunks') {
          const size = Math.max(1, request.perRequest ?? 100);
          const outcomes: RetrieveOutcome[] = [];
          for (let i = 0; i < request.instances.length; i += size) {
            if (host.signal.aborted) break;
            outcomes.push(await retrieve({ ...request, instances: request.instances.slice(i, i + size) }));
          }
          return outcomes.map((o) => ({ ...o }));
        }
        throw new Error(`The imaging-document-consumer has no operation "${operation}": expected retrieve or retrieveChunks.`);
      },
      stop: async () => undefined,
    };
  },
};
