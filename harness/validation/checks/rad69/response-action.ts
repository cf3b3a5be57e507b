import { soapView } from '../../../formats/soap.js';
import { textOf } from '../../../formats/xml.js';
import { defineCheck, met, notApplicable, undecidable, violated } from '../../define.js';
import type { Observing } from '../../imaging/observing.js';

/** Editions of the framework name either of the two (decision 9): both pass. */
const ACTIONS = ['urn:ihe:iti:2007:RetrieveDocumentSetResponse', 'urn:ihe:rad:2009:RetrieveImagingDocumentSetResponse'];

/** The answer has the wsa:Action of a retrieve answer. */
export const responseAction = defineCheck('ASY-RAD69-002', soapView, function* (message): Observing {
  const action = message.addressing.find(({ local }) => local === 'Action');
  const found = action && textOf(action).trim();
  const at = action ? message.at(action) : message.at(message.header ?? message.envelope ?? message.payload ?? { offset: 0, length: 1 });
  if (message.payload?.local === 'Fault') yield notApplicable('The answer is a SOAP Fault, which has an action of its own.', at);
  else if (message.packaging === 'bare' && !message.envelope) yield notApplicable('The file holds a payload without a SOAP envelope.', at);
  else if (found !== undefined && ACTIONS.includes(found)) yield met(`wsa:Action is ${found}.`, at);
  else if (found === undefined && message.xml.problems[0]) yield undecidable(`The envelope cannot be read to its end: ${message.xml.problems[0].message}`, message.at(message.xml.problems[0]));
  else
    yield violated({
      because: found === undefined ? 'The answer has no wsa:Action' : 'The wsa:Action of the answer is not that of RAD-69',
      expected: ACTIONS.join(' or '),
      found: found ?? 'absent',
      at,
      remedy: `Set wsa:Action of the answer to ${ACTIONS[0]}.`,
    });
});
