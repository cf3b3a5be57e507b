/** What a file holds: its kind, its transaction and direction, as far as its bytes tell. */
import type { BlobRef, ViewSource } from '../contracts.js';
import { submissionView } from '../formats/ebrim.js';
import { manifestView } from '../formats/manifest.js';
import type { SoapMessage } from '../formats/model.js';
import { retrieveResponseView } from '../formats/retrieve.js';
import { soapView } from '../formats/soap.js';
import { trimmed, wsaBlocks } from './soap-facts.js';

export type FileKind = 'SOAP message' | 'MTOM capture' | 'metadata' | 'manifest' | 'DICOM object' | 'unknown';
export type Direction = 'request' | 'response';
export interface Recognised {
  kind: FileKind;
  transaction?: string;
  direction: Direction;
}

/** Key Object Selection Document Storage: PS3.4 B.5. */
const KOS_CLASS = '1.2.840.10008.5.1.4.1.1.88.59';

/** Payloads by local name; those that several transactions share are told apart by wsa:Action. */
const byPayload: Record<string, { transaction: string; direction: Direction }> = {
  SubmitObjectsRequest: { transaction: 'ITI-42', direction: 'request' },
  UpdateObjectsRequest: { transaction: 'ITI-57', direction: 'request' },
  AdhocQueryRequest: { transaction: 'ITI-18', direction: 'request' },
  AdhocQueryResponse: { transaction: 'ITI-18', direction: 'response' },
  RegistryResponse: { transaction: 'ITI-42', direction: 'response' },
  RetrieveDocumentSetRequest: { transaction: 'ITI-43', direction: 'request' },
  RetrieveImagingDocumentSetRequest: { transaction: 'RAD-69', direction: 'request' },
  RemoveObjectsRequest: { transaction: 'ITI-62', direction: 'request' },
  RemoveDocumentsRequest: { transaction: 'ITI-86', direction: 'request' },
};
const byAction: Record<string, { transaction: string; direction: Direction }> = {
  'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse': { transaction: 'ITI-41', direction: 'response' },
  'urn:ihe:iti:2010:UpdateDocumentSet': { transaction: 'ITI-57', direction: 'request' },
  'urn:ihe:rad:2009:RetrieveImagingDocumentSetResponse': { transaction: 'RAD-69', direction: 'response' },
};

/** `ITI-41 response` → transaction and direction; words in brackets behind the transaction are left aside. */
export function parseTransaction(text: string): { transaction: string; direction?: Direction } {
  const match = /^\s*([A-Za-z0-9-]+)\b(?:\s*\(.*\))?\s*(request|response)?\s*$/i.exec(text);
  if (!match?.[1]) throw new Error(`'${text}' names no transaction: expected one such as RAD-68 or 'ITI-41 response'.`);
  const direction = match[2]?.toLowerCase() as Direction | undefined;
  return { transaction: match[1].toUpperCase(), ...(direction && { direction }) };
}

/** Looks at the bytes, never at the file's name. `given` wins over what was recognised. */
export async function recognise(bytes: Uint8Array, blob: BlobRef, views: ViewSource, given?: string): Promise<Recognised> {
  const named = given === undefined ? undefined : parseTransaction(given);
  if (Buffer.from(bytes.subarray(128, 132)).toString('latin1') === 'DICM') return { kind: isManifest(bytes) ? 'manifest' : 'DICOM object', transaction: named?.transaction ?? 'RAD-68', direction: 'request' };
  const message = await views.view(blob, soapView);
  if (!message) return { kind: 'unknown', direction: 'request', ...named };
  const seen = await fromPayload(message, blob, views);
  return { kind: message.packaging === 'mtom' ? 'MTOM capture' : message.envelope || message.http ? 'SOAP message' : 'metadata', direction: 'request', ...seen, ...named };
}

/** Media Storage SOP Class UID and SOP Class UID stand within the first kilobyte. */
const isManifest = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(132, 2048)).toString('latin1').includes(KOS_CLASS);

async function fromPayload(message: SoapMessage, blob: BlobRef, views: ViewSource): Promise<{ transaction: string; direction: Direction } | undefined> {
  const action = byAction[trimmed(wsaBlocks(message, 'Action')[0])];
  const local = message.payload?.local ?? '';
  if (local === 'ProvideAndRegisterDocumentSetRequest') return { transaction: await provided(blob, views), direction: 'request' };
  if (action) return action;
  if (local === 'RetrieveDocumentSetResponse') return { transaction: await retrieved(blob, views), direction: 'response' };
  return byPayload[local] ?? (message.http ? { transaction: '', direction: message.http.kind } : undefined);
}

/** RAD-69 and ITI-43 answer by the same element: images tell the former. */
async function retrieved(blob: BlobRef, views: ViewSource): Promise<string> {
  const documents = (await views.view(blob, retrieveResponseView))?.documents ?? [];
  return documents.length > 0 && documents.every(({ mimeType }) => mimeType === 'application/dicom') ? 'RAD-69' : 'ITI-43';
}

/** Provide and register is RAD-68 where it carries a manifest. */
async function provided(blob: BlobRef, views: ViewSource): Promise<string> {
  const manifest = await views.view(blob, manifestView);
  if (manifest?.object.dataset.text('00080016') === KOS_CLASS) return 'RAD-68';
  const submission = await views.view(blob, submissionView);
  const formats = submission?.documentEntries.flatMap(({ classifications }) => classifications.map(({ nodeRepresentation }) => nodeRepresentation)) ?? [];
  return formats.includes(KOS_CLASS) ? 'RAD-68' : 'ITI-41';
}
