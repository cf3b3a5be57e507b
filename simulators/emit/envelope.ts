/** SOAP 1.2 envelopes with WS-Addressing 1.0 headers (ITI TF-2 appendix V.3). */
import { declare, renderXml, x, type XmlNode } from './xml.js';

export const ANONYMOUS = 'http://www.w3.org/2005/08/addressing/anonymous';
export const FAULT_ACTION = 'http://www.w3.org/2005/08/addressing/fault';
export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

export const ACTIONS = {
  provideAndRegister: 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b',
  provideAndRegisterResponse: 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse',
  register: 'urn:ihe:iti:2007:RegisterDocumentSet-b',
  registerResponse: 'urn:ihe:iti:2007:RegisterDocumentSet-bResponse',
  storedQuery: 'urn:ihe:iti:2007:RegistryStoredQuery',
  storedQueryResponse: 'urn:ihe:iti:2007:RegistryStoredQueryResponse',
  retrieveImaging: 'urn:ihe:rad:2009:RetrieveImagingDocumentSet',
  retrieveImagingResponse: 'urn:ihe:rad:2009:RetrieveImagingDocumentSetResponse',
} as const;

export interface Addressing {
  action: string;
  messageId?: string;
  relatesTo?: string;
  to?: string;
  /** Of a request; the anonymous address in a synchronous exchange. */
  replyTo?: string;
}

/** A message with one payload in its Body. */
export function envelope(addressing: Addressing, payload: XmlNode): string {
  const { action, messageId, relatesTo, to, replyTo } = addressing;
  return (
    XML_DECLARATION +
    renderXml(
      x(
        'soap:Envelope',
        declare('soap', 'wsa'),
        x(
          'soap:Header',
          {},
          x('wsa:Action', { 'soap:mustUnderstand': 'true' }, action),
          messageId === undefined ? undefined : x('wsa:MessageID', {}, messageId),
          relatesTo === undefined ? undefined : x('wsa:RelatesTo', {}, relatesTo),
          to === undefined ? undefined : x('wsa:To', {}, to),
          replyTo === undefined ? undefined : x('wsa:ReplyTo', {}, x('wsa:Address', {}, replyTo)),
        ),
        x('soap:Body', {}, payload),
      ),
    )
  );
}

export type FaultCode = 'Sender' | 'Receiver' | 'MustUnderstand' | 'VersionMismatch';

/** soap:Fault (SOAP 1.2 part 1 section 5.4). */
export function faultPayload(code: FaultCode, reason: string): XmlNode {
  return x('soap:Fault', {}, x('soap:Code', {}, x('soap:Value', {}, `soap:${code}`)), x('soap:Reason', {}, x('soap:Text', { 'xml:lang': 'en' }, reason)));
}
