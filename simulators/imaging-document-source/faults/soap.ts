/** SOAP and WS-Addressing of the submission (ITI TF-2 appendix V.3). */
import { newUuidUrn } from '../../emit/uid.js';
import { sourceFault } from '../fault.js';

const MUST_UNDERSTAND = ' soap:mustUnderstand="true"';

export const faults = [
  sourceFault(
    { id: 'soap-1.1-envelope', title: 'sends its submission as SOAP 1.1', breaks: 'ASY-SOAP-001' },
    { envelope: (xml) => xml.replaceAll('http://www.w3.org/2003/05/soap-envelope', 'http://schemas.xmlsoap.org/soap/envelope/') },
  ),
  sourceFault(
    { id: 'no-wsa-action', title: 'leaves out wsa:Action', breaks: 'ASY-SOAP-004', alsoBreaks: ['ASY-ITI41-001', 'ASY-RAD68-012', 'ASY-SOAP-005', 'ASY-SOAP-015'] },
    { envelope: (xml) => xml.replace(/\n *<wsa:Action .*<\/wsa:Action>/, '') },
  ),
  sourceFault(
    { id: 'wrong-wsa-action', title: 'names the action of a registration in its submission', breaks: 'ASY-ITI41-001', alsoBreaks: ['ASY-RAD68-012'] },
    { addressing: (a) => void (a.action = 'urn:ihe:iti:2007:RegisterDocumentSet-b') },
  ),
  sourceFault(
    { id: 'no-mustUnderstand', title: 'flags no addressing header as mustUnderstand', breaks: 'ASY-SOAP-005', alsoBreaks: ['ASY-SOAP-015'] },
    { envelope: (xml) => xml.replaceAll(MUST_UNDERSTAND, '') },
  ),
  sourceFault(
    { id: 'two-message-ids', title: 'sends two wsa:MessageID headers', breaks: 'ASY-SOAP-020', alsoBreaks: ['ASY-SOAP-006'] },
    { envelope: (xml) => xml.replace(/(\n *)<wsa:MessageID>.*<\/wsa:MessageID>/, (found, indent: string) => `${found}${indent}<wsa:MessageID>${newUuidUrn()}</wsa:MessageID>`) },
  ),
  sourceFault(
    { id: 'private-replyTo', title: 'asks for the answer at an address of its own in a synchronous exchange', breaks: 'ASY-SOAP-008', expectedExit: 0 },
    { addressing: (a) => void (a.replyTo = 'http://callback.invalid/replies') },
  ),
  sourceFault(
    { id: 'body-before-header', title: 'puts the Header behind the Body', breaks: 'ASY-SOAP-016' },
    { envelope: (xml) => xml.replace(/(\n *<soap:Header>[\s\S]*<\/soap:Header>)(\n *<soap:Body>[\s\S]*<\/soap:Body>)/, '$2$1') },
  ),
];
