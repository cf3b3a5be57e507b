/** Answering Retrieve Imaging Document Set (RAD-69): objects as they were stored, an error of its own for each that is not returned. */
import type { HttpAnswer, ReceivedHttp, SimulatorHost } from '../../harness/contracts.js';
import { parseDicom } from '../../harness/formats/dicom.js';
import { retrieveRequestView } from '../../harness/formats/retrieve.js';
import { Views } from '../../harness/formats/viewer.js';
import type { HeldInstance, InstanceIndex } from '../common/instance-index.js';
import { faultAnswer, readSoap } from '../common/soap.js';
import { fileMeta, part10Head } from '../emit/dicom-write.js';
import { ACTIONS, envelope, type Addressing } from '../emit/envelope.js';
import { mtomBody, mtomHeaders, mtomMessage, type Attachment } from '../emit/mtom.js';
import { registryError, STATUS, type RegistryErrorModel } from '../emit/registry-response.js';
import { retrieveResponse } from '../emit/retrieve.js';
import type { RequestedInstance, RetrieveDraft, SourceFault } from './fault.js';

export interface RetrieveContext {
  host: SimulatorHost;
  index: InstanceIndex;
  repositoryUniqueId: string;
  fault?: SourceFault;
}

/** Why an instance is not returned; undefined: it is (ITI TF-3 table 4.2.4.1-2). */
function refusal({ index, repositoryUniqueId }: RetrieveContext, wanted: RequestedInstance, transferSyntaxes: string[]): RegistryErrorModel | undefined {
  const { study, series, sop } = wanted;
  if (wanted.repositoryUniqueId !== repositoryUniqueId) return registryError('XDSUnknownRepositoryId', `Repository ${wanted.repositoryUniqueId || '(none)'} is not this one (${repositoryUniqueId}).`, sop);
  const held = index.get(sop);
  if (!held || held.study !== study || held.series !== series) return registryError('XDSDocumentUniqueIdError', `No instance ${sop || '(none)'} in series ${series || '(none)'} of study ${study || '(none)'}.`, sop);
  if (!transferSyntaxes.includes(held.transferSyntax)) return registryError('XDSRepositoryError', `Instance ${sop} is held as ${held.transferSyntax}, which is none of the transfer syntaxes asked for: ${transferSyntaxes.join(', ') || '(none)'}.`, sop);
  return undefined;
}

function draft(context: RetrieveContext, requested: RequestedInstance[], transferSyntaxes: string[]): RetrieveDraft {
  const errors: RegistryErrorModel[] = [];
  const documents: RetrieveDraft['documents'] = [];
  for (const wanted of new Map(requested.map((r) => [`${r.repositoryUniqueId} ${r.sop}`, r])).values()) {
    const error = refusal(context, wanted, transferSyntaxes);
    if (error) errors.push(error);
    else {
      const instance = context.index.get(wanted.sop)!;
      documents.push({ repositoryUniqueId: context.repositoryUniqueId, documentUniqueId: wanted.sop, mimeType: 'application/dicom', mediaType: 'application/dicom', contentId: `instance-${documents.length + 1}@assay`, instance });
    }
  }
  const status = errors.length === 0 ? STATUS.success : documents.length === 0 ? STATUS.failure : STATUS.partialSuccess;
  return { status, errors, documents, requested, held: context.index.list() };
}

/** The stored object as a Part 10 file: File Meta Information of ours, the data set as it came. */
async function attachment({ host, fault }: RetrieveContext, contentId: string, mediaType: string, instance: HeldInstance): Promise<Attachment> {
  const head = part10Head(fileMeta(instance));
  if (fault?.object) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of host.evidence.read(instance.dataset)) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const altered = fault.object(bytes, parseDicom(bytes, { transferSyntax: instance.transferSyntax }), instance);
    return { contentId, mediaType, content: Buffer.concat([head, altered]) };
  }
  async function* file(): AsyncGenerator<Uint8Array> {
    yield head;
    yield* host.evidence.read(instance.dataset);
  }
  return { contentId, mediaType, content: file(), size: head.length + instance.dataset.size };
}

/** Answers a request that is on stable storage. */
export async function answerRetrieve(context: RetrieveContext, received: ReceivedHttp): Promise<HttpAnswer> {
  const { host, fault } = context;
  const views = new Views(host.evidence);
  const request = await readSoap(views, received.raw);
  if (request.problem) return faultAnswer(request, request.problem.code, request.problem.reason);
  if (request.action !== undefined && request.action !== ACTIONS.retrieveImaging) return faultAnswer(request, 'Sender', `Action ${request.action} is not supported here: expected ${ACTIONS.retrieveImaging}.`);
  if (!request.mtom) return faultAnswer(request, 'Sender', 'Retrieve Imaging Document Set is packaged as MTOM/XOP.');
  const retrieve = await views.view(received.raw, retrieveRequestView);
  if (!retrieve || retrieve.documents.length === 0) return faultAnswer(request, 'Sender', 'Expected RetrieveImagingDocumentSetRequest with at least one DocumentRequest in the Body.');
  if (fault?.neverAnswers) {
    await new Promise<void>((resolve) => (host.signal.aborted ? resolve() : host.signal.addEventListener('abort', () => resolve(), { once: true })));
  }
  const requested = retrieve.documents.map((d) => ({ study: d.study ?? '', series: d.series ?? '', sop: d.documentUniqueId ?? '', repositoryUniqueId: d.repositoryUniqueId ?? '' }));
  const answer = draft(context, requested, retrieve.transferSyntaxes);
  fault?.retrieve?.(answer);
  const attachments = await Promise.all(answer.documents.map((d) => attachment(context, d.contentId, d.mediaType, d.instance)));
  const addressing: Addressing = { action: ACTIONS.retrieveImagingResponse, relatesTo: request.messageId };
  fault?.retrieveAddressing?.(addressing);
  const xml = envelope(addressing, retrieveResponse(answer));
  const message = mtomMessage(fault?.retrieveEnvelope?.(xml) ?? xml, attachments);
  fault?.retrievePackage?.(message);
  return { status: 200, headers: mtomHeaders(message), body: mtomBody(message) };
}
