/** Sharing a study: manifest, metadata, and the Provide and Register Imaging Document Set that carries both (RAD-68). */
import type { BlobRef, SimulatorHost } from '../../harness/contracts.js';
import { registryResponseView } from '../../harness/formats/registry-response.js';
import { Views } from '../../harness/formats/viewer.js';
import { encodePart10, fileMeta } from '../emit/dicom-write.js';
import { provideAndRegisterRequest } from '../emit/ebrim.js';
import { ACTIONS, ANONYMOUS, envelope, type Addressing } from '../emit/envelope.js';
import { KEY_OBJECT_SELECTION, manifestDataSet, type ManifestModel, type ReferencedInstance } from '../emit/kos.js';
import { mtomBody, mtomHeaders, mtomMessage } from '../emit/mtom.js';
import { STATUS } from '../emit/registry-response.js';
import { newUid, newUuidUrn } from '../emit/uid.js';
import type { SourceFault } from './fault.js';
import { submissionOf } from './metadata.js';
import { DEFAULT_CODES, DEFAULTS, type SourceSettings } from './settings.js';
import type { HeldStudy } from './study.js';

export interface ShareOrder {
  study: HeldStudy;
  /** CX of the patient in the affinity domain. */
  patientId: string;
  repositoryUrl: string;
  timeoutMs: number;
  cause: string;
}
export interface ShareOutcome {
  accepted: boolean;
  reason: string;
  exchange?: string;
}

/** Groups of instances without pixels or waveforms are referenced as COMPOSITE (PS3.16 TID 2010). */
const valueType = (sopClass: string): ReferencedInstance['valueType'] =>
  /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.9\./.test(sopClass) ? 'WAVEFORM' : /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(88|11|104|66\.[15]|481\.[2-9])/.test(sopClass) ? 'COMPOSITE' : 'IMAGE';

/** The manifest of everything held of a study, each series in a list of its own. */
export function manifestModel(host: SimulatorHost, settings: SourceSettings, study: HeldStudy): ManifestModel {
  const instances = study.instances.map((i) => ({ ...i, reference: { sop: i.sop, sopClass: i.sopClass, valueType: valueType(i.sopClass) } }));
  const series = [...new Set(instances.map((i) => i.series))].map((uid) => ({
    uid,
    retrieveAe: settings.aeTitle ?? DEFAULTS.aeTitle,
    retrieveLocation: settings.repositoryUniqueId ?? DEFAULTS.repositoryUniqueId,
    instances: instances.filter((i) => i.series === uid).map((i) => i.reference),
  }));
  return {
    header: study.header,
    sop: newUid(host.random),
    series: newUid(host.random),
    seriesNumber: 9001,
    created: host.clock(),
    evidence: [{ study: study.header.study.uid, series }],
    tree: instances.map((i) => i.reference),
  };
}

/** The Part 10 file of a manifest. */
function manifestFile(model: ManifestModel, fault: SourceFault | undefined): Uint8Array {
  const set = manifestDataSet(model);
  fault?.manifest?.(set);
  const meta = fileMeta({ sopClass: KEY_OBJECT_SELECTION, sop: model.sop });
  fault?.fileMeta?.(meta);
  const file = encodePart10(set, meta);
  return fault?.manifestFile?.(file) ?? file;
}

async function outcomeOf(host: SimulatorHost, exchange: string, ended: string, response: BlobRef | undefined, status: number | undefined): Promise<ShareOutcome> {
  if (!response) return { accepted: false, reason: `The repository gave no answer: ${ended}.`, exchange };
  const answer = await new Views(host.evidence).view(response, registryResponseView);
  if (status === 200 && answer?.status === STATUS.success) return { accepted: true, reason: 'Success', exchange };
  const errors = answer?.errors.map((e) => `${e.errorCode ?? ''} ${e.codeContext ?? ''}`.trim()).join('; ');
  return { accepted: false, reason: `The repository answered HTTP ${status ?? '?'}, ${answer?.status ?? 'no RegistryResponse'}${errors ? `: ${errors}` : '.'}`, exchange };
}

/** Makes the submission and sends it. */
export async function share(host: SimulatorHost, settings: SourceSettings, order: ShareOrder, fault: SourceFault | undefined): Promise<ShareOutcome> {
  if (fault?.neverSubmits) return { accepted: true, reason: 'Said to be shared.' };
  const model = manifestModel(host, settings, order.study);
  fault?.manifestModel?.(model, order.study);
  const parts = submissionOf({
    study: order.study,
    manifest: model,
    file: manifestFile(model, fault),
    codes: { ...DEFAULT_CODES, ...settings.codes },
    patientId: order.patientId,
    accessionAuthority: settings.accessionAuthority ?? DEFAULTS.accessionAuthority,
    departmentalAuthority: settings.departmentalAuthority ?? DEFAULTS.departmentalAuthority,
    sourceId: settings.sourceId ?? DEFAULTS.sourceId,
    submissionSetUid: newUid(host.random),
    now: host.clock(),
  });
  fault?.metadata?.(parts, order.study);
  const payload = provideAndRegisterRequest(parts.objects, parts.documents);
  fault?.payload?.(payload);
  const addressing: Addressing = { action: ACTIONS.provideAndRegister, messageId: newUuidUrn(host.random), to: order.repositoryUrl, replyTo: ANONYMOUS };
  fault?.addressing?.(addressing);
  const xml = envelope(addressing, payload);
  const message = mtomMessage(fault?.envelope?.(xml) ?? xml, parts.documents);
  fault?.package?.(message);
  const headers = mtomHeaders(message);
  const { exchange, response, status } = await host.dialHttp({
    to: order.repositoryUrl,
    method: 'POST',
    headers: fault?.headers?.(headers) ?? headers,
    body: mtomBody(message),
    transaction: 'RAD-68',
    actor: 'Imaging Document Source',
    cause: order.cause,
    timeoutMs: order.timeoutMs,
    ...(settings.tls && { tls: settings.tls }),
  });
  return outcomeOf(host, exchange.id, exchange.ended, response, status);
}
