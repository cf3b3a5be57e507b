/** Retrieve (Imaging) Document Set: RAD-69 (RAD TF-2: 4.69), RAD-75, ITI-43 (ITI TF-2: 3.43), requests and answers. */
import type { ViewKey } from '../contracts.js';
import { beginsLikeDicom, parseDicom } from './dicom.js';
import { documentContent } from './document-content.js';
import type { DicomObject, DocumentContent, RetrieveRequest, RetrieveResponse, SoapMessage, XmlElement } from './model.js';
import { registryResponseOf } from './registry-response.js';
import { contiguousBase, soapView } from './soap.js';
import { attribute, child, descendants, textOf } from './xml.js';

/** Text of a child element without surrounding white space; undefined where there is no such child. */
function textIn(element: XmlElement, local: string): string | undefined {
  const found = child(element, local);
  return found && textOf(found).trim();
}

function ancestorAttribute(element: XmlElement, local: string, name: string): string | undefined {
  for (let at: XmlElement | undefined = element; at; at = at.parent) if (at.local === local) return attribute(at, name)?.value;
  return undefined;
}

const identifiers = (element: XmlElement): { home?: string; repositoryUniqueId?: string; documentUniqueId?: string } => {
  const found: Record<string, string> = {};
  for (const [key, local] of [['home', 'HomeCommunityId'], ['repositoryUniqueId', 'RepositoryUniqueId'], ['documentUniqueId', 'DocumentUniqueId']] as const) {
    const text = textIn(element, local);
    if (text !== undefined) found[key] = text;
  }
  return found;
};

/** Undefined where the payload is no retrieve request. */
export const retrieveRequestView: ViewKey<RetrieveRequest> = {
  name: 'retrieve-request',
  async parse(_source, blob, from) {
    const message = await from.view(blob, soapView);
    const top = message?.payload;
    if (!message || !top || !/^Retrieve(Imaging)?DocumentSetRequest$/.test(top.local)) return undefined;
    const documents = descendants(top, 'DocumentRequest').map((element) => {
      const study = ancestorAttribute(element, 'StudyRequest', 'studyInstanceUID');
      const series = ancestorAttribute(element, 'SeriesRequest', 'seriesInstanceUID');
      return { ...(study !== undefined && { study }), ...(series !== undefined && { series }), ...identifiers(element), element };
    });
    return { message, documents, transferSyntaxes: descendants(top, 'TransferSyntaxUID').map((element) => textOf(element).trim()) };
  },
};

/** Undefined where the payload is no retrieve answer. */
export const retrieveResponseView: ViewKey<RetrieveResponse> = {
  name: 'retrieve-response',
  async parse(_source, blob, from) {
    const message = await from.view(blob, soapView);
    const top = message?.payload;
    if (!message || top?.local !== 'RetrieveDocumentSetResponse') return undefined;
    return { ...registryResponseOf(message), documents: descendants(top, 'DocumentResponse').map((element) => answered(element, message)) };
  },
};

function answered(element: XmlElement, message: SoapMessage): RetrieveResponse['documents'][number] {
  const document: RetrieveResponse['documents'][number] = { ...identifiers(element), element };
  const mimeType = textIn(element, 'mimeType');
  if (mimeType !== undefined) document.mimeType = mimeType;
  const holder = child(element, 'Document');
  if (!holder) return document;
  document.content = documentContent(holder, message);
  const dicom = dicomOf(document.content, message);
  if (dicom) document.dicom = dicom;
  return document;
}

/** A document as a DICOM object, as far as its octets are kept; undefined where it does not begin like one. */
export function dicomOf(content: DocumentContent, message: SoapMessage): DicomObject | undefined {
  const bytes = content.bytes ?? content.part?.head;
  if (!bytes || !beginsLikeDicom(bytes)) return undefined;
  const base = content.part && contiguousBase(message, content.part);
  return parseDicom(bytes, { ...(base !== undefined && { base }), ...(content.size !== undefined && { total: content.size }) });
}
