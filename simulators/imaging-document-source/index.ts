/**
 * Imaging Document Source, the reference system: an archive that shares its studies as manifests over XDS-I.b. The self-tests run it as
 * the system under test in a process of its own; a vendor can run it to see what a conformant source sends.
 */
import type { HttpAnswer, Json, ReceivedHttp, RunningSimulator, Simulator } from '../../harness/contracts.js';
import { hostPort, pathOf, targets } from '../common/address.js';
import { faultsOf } from '../common/fault-folder.js';
import { InstanceIndex } from '../common/instance-index.js';
import { plainAnswer } from '../common/soap.js';
import { readShareCommand } from './control.js';
import type { SourceFault } from './fault.js';
import { answerRetrieve } from './retrieve.js';
import { DEFAULTS, settingsSchema, type SourceSettings } from './settings.js';
import { share } from './share.js';
import { readStudy } from './study.js';

const ACTOR = 'Imaging Document Source';
const faults = await faultsOf<SourceFault>('imaging-document-source');
const json = (status: number, body: Json): HttpAnswer => plainAnswer(status, `${JSON.stringify(body)}\n`, 'application/json');

export const simulator: Simulator<SourceSettings> = {
  name: 'imaging-document-source',
  actor: ACTOR,
  settings: settingsSchema,
  faults,
  async start(host, settings = {}): Promise<RunningSimulator> {
    const path = pathOf('rad69', settings.token, host.random);
    const aeTitle = settings.aeTitle ?? DEFAULTS.aeTitle;
    const repositoryUniqueId = settings.repositoryUniqueId ?? DEFAULTS.repositoryUniqueId;
    const fault = faults.find((f) => f.id === host.fault);
    const index = new InstanceIndex(host.evidence);

    const shareByCommand = async (received: ReceivedHttp): Promise<HttpAnswer> => {
      const command = await readShareCommand(host, received);
      if (typeof command === 'string') return json(400, { reason: command });
      const study = readStudy(index.list(command.studyUid));
      if (!study) return json(404, { reason: `No instance of study ${command.studyUid} has arrived by C-STORE.` });
      const outcome = await share(host, settings, { study, patientId: command.patientDomainId, repositoryUrl: command.repositoryUrl, timeoutMs: command.timeoutMs, cause: received.exchange }, fault);
      return json(outcome.accepted ? 200 : 502, { ...outcome });
    };

    const http = await host.listenHttp(
      {
        actor: ACTOR,
        port: settings.port ?? 0,
        ...(settings.tls && { tls: settings.tls }),
        recognise: async ({ method, target }) => (method === 'POST' && targets(target, path) ? 'RAD-69' : undefined),
      },
      async (received) => {
        const { method, target } = received;
        if (method === 'POST' && targets(target, '/share')) return shareByCommand(received);
        if (method === 'POST' && targets(target, path)) return answerRetrieve({ host, index, repositoryUniqueId, ...(fault && { fault }) }, received);
        if (targets(target, '/share') || targets(target, path)) return plainAnswer(405, 'Use POST.\n');
        return plainAnswer(404, `Nothing is here. RAD-69 is at ${path}, the control hook at /share.\n`);
      },
    );
    const dicom = await host.listenDimse({ actor: ACTOR, aeTitle, port: settings.dicomPort ?? 0 }, { store: (received) => index.add(received) });
    const base = http.url.replace(/\/$/, '');
    return {
      endpoints: { url: base + path, rad69: base + path, control: `${base}/share`, dicom: hostPort(dicom.url), aeTitle, repositoryUniqueId, sourceId: settings.sourceId ?? DEFAULTS.sourceId },
      async call(operation): Promise<Json> {
        if (operation === 'holds') return index.list().map(({ study, series, sop, sopClass, transferSyntax }) => ({ study, series, sop, sopClass, transferSyntax }));
        throw new Error(`The imaging-document-source has no operation "${operation}": expected holds.`);
      },
      async stop(): Promise<void> {
        await Promise.all([http.close(), dicom.close()]);
      },
    };
  },
};
