/** PACS: takes images by C-STORE, answers C-ECHO, sends a study on, and knows what it holds. */
import type { Json, RunningSimulator, Simulator } from '../../harness/contracts.js';
import { hostPort } from '../common/address.js';
import { InstanceIndex } from '../common/instance-index.js';

export interface PacsSettings {
  aeTitle?: string;
  port?: number;
}
interface StoreArguments {
  /** host:port or dicom://AET@host:port */
  to: string;
  calledAe: string;
  callingAe?: string;
  files: string[];
  timeoutMs?: number;
}

export const simulator: Simulator<PacsSettings> = {
  name: 'pacs',
  actor: 'Image Manager/Archive',
  settings: {
    type: 'object',
    additionalProperties: false,
    properties: {
      aeTitle: { type: 'string', pattern: '^[ -\\[\\]-~]{1,16}$', default: 'ASSAY_PACS', description: 'AE title; at most 16 characters' },
      port: { type: 'integer', minimum: 0, maximum: 65535, default: 0, description: 'DICOM port; 0 takes a free one' },
    },
  },
  faults: [],
  async start(host, settings = {}): Promise<RunningSimulator> {
    const aeTitle = settings.aeTitle ?? 'ASSAY_PACS';
    const index = new InstanceIndex(host.evidence);
    const listening = await host.listenDimse({ actor: 'Image Manager/Archive', aeTitle, port: settings.port ?? 0 }, { store: (received) => index.add(received) });
    return {
      endpoints: { dicom: hostPort(listening.url), url: listening.url, aeTitle },
      async call(operation, args): Promise<Json> {
        if (operation === 'holds') return index.list().map(({ study, series, sop, sopClass, transferSyntax }) => ({ study, series, sop, sopClass, transferSyntax }));
        if (operation === 'store' || operation === 'echo') {
          const request = args as unknown as StoreArguments;
          const { exchange, statuses, problem } = await host.dialDimse({
            to: hostPort(request.to),
            calledAe: request.calledAe,
            callingAe: request.callingAe ?? aeTitle,
            actor: 'Image Manager/Archive',
            files: operation === 'echo' ? [] : request.files,
            ...(request.timeoutMs !== undefined && { timeoutMs: request.timeoutMs }),
          });
          return { exchange: exchange.id, statuses, ...(problem !== undefined && { problem }) };
        }
        throw new Error(`The pacs has no operation "${operation}": expected holds, store or echo.`);
      },
      stop: () => listening.close(),
    };
  },
};
