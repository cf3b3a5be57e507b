/** What the SOAP actors share: reading a request from the evidence store, answering in the packaging it came in, faults. */
import type { BlobRef, HttpAnswer } from '../../harness/contracts.js';
import type { SoapMessage } from '../../harness/formats/model.js';
import { soapView } from '../../harness/formats/soap.js';
import type { Views } from '../../harness/formats/viewer.js';
import { textOf } from '../../harness/formats/xml.js';
import { envelope, FAULT_ACTION, faultPayload, type FaultCode } from '../emit/envelope.js';
import { mtomBody, mtomHeaders, mtomMessage, type Attachment } from '../emit/mtom.js';
import { NAMESPACES, type XmlNode } from '../emit/xml.js';

export interface SoapRequest {
  message?: SoapMessage;
  action?: string;
  messageId?: string;
  mtom: boolean;
  /** Why the message cannot be processed at all. */
  problem?: { code: FaultCode; reason: string };
}

const headerText = (message: SoapMessage, local: string): string | undefined => {
  const block = message.addressing.find((b) => b.local === local);
  return block ? textOf(block).trim() : undefined;
};

function problemOf(message: SoapMessage | undefined): SoapRequest['problem'] {
  if (!message || message.xml.problems.length > 0 || !message.xml.root) {
    const first = message?.xml.problems[0]?.message ?? message?.problems[0]?.message;
    return { code: 'Sender', reason: `The request holds no well-formed SOAP envelope${first ? `: ${first}` : '.'}` };
  }
  if (message.xml.doctype) return { code: 'Sender', reason: 'A SOAP message must not contain a document type declaration.' };
  if (!message.envelope) return { code: 'Sender', reason: `Expected soap:Envelope, found ${message.xml.root.local}.` };
  if (message.envelope.namespace !== NAMESPACES.soap) return { code: 'VersionMismatch', reason: `Expected SOAP 1.2 (${NAMESPACES.soap}), found ${message.envelope.namespace}.` };
  if (!message.payload) return { code: 'Sender', reason: 'The Body is empty.' };
  return undefined;
}

/** Reads a request that is on stable storage. Never throws for what a peer sent. */
export async function readSoap(views: Views, raw: BlobRef): Promise<SoapRequest> {
  const message = await views.view(raw, soapView);
  const problem = problemOf(message);
  return {
    ...(message && { message }),
    ...(message && { action: headerText(message, 'Action'), messageId: headerText(message, 'MessageID') }),
    mtom: message?.packaging === 'mtom' || message?.mediaType?.type === 'multipart/related',
    ...(problem && { problem }),
  };
}

/** An answer in the packaging of its request: MTOM for MTOM, else simple SOAP (ITI TF-2 appendix V.3.2.1). */
export function soapAnswer(request: SoapRequest, action: string, payload: XmlNode, options: { status?: number; relatesTo?: string; attachments?: Attachment[] } = {}): HttpAnswer {
  const xml = envelope({ action, relatesTo: options.relatesTo ?? request.messageId }, payload);
  const status = options.status ?? 200;
  if (!request.mtom) {
    const body = Buffer.from(xml, 'utf8');
    return {
      status,
      headers: [
        ['Content-Type', `application/soap+xml; charset=UTF-8; action="${action}"`],
        ['Content-Length', String(body.length)],
      ],
      body,
    };
  }
  const message = mtomMessage(xml, options.attachments);
  return { status, headers: mtomHeaders(message), body: mtomBody(message) };
}

/** SOAP 1.2 part 2 table 20: a Sender fault goes with 400, all others with 500. */
export const faultAnswer = (request: SoapRequest, code: FaultCode, reason: string): HttpAnswer =>
  soapAnswer(request, FAULT_ACTION, faultPayload(code, reason), { status: code === 'Sender' ? 400 : 500 });

/** A short answer for people and for programs that are no SOAP peers. */
export function plainAnswer(status: number, text: string, type = 'text/plain; charset=UTF-8'): HttpAnswer {
  const body = Buffer.from(text, 'utf8');
  return {
    status,
    headers: [
      ['Content-Type', type],
      ['Content-Length', String(body.length)],
    ],
    body,
  };
}
