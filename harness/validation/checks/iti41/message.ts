/** The message that provides and registers: ITI TF-2 3.41.4.1.2. */
import type { Observation } from '../../../contracts.js';
import { childElements, textOf } from '../../../formats/xml.js';
import type { Submission } from '../../../formats/model.js';
import { met, notExercised, violated } from '../../define.js';
import { defineSubmissionCheck } from '../../metadata.js';

const ACTION = 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b';
const XDS_B = 'urn:ihe:iti:xds-b:2007';
const LCM = 'urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0';

/** wsa:Action of the one transaction that is both ITI-41 and RAD-68. */
export function* action({ message }: Submission): Iterable<Observation> {
  if (!message.envelope) {
    yield notExercised('the metadata came without a SOAP envelope');
    return;
  }
  const actions = message.addressing.filter(({ local }) => local === 'Action');
  const values = actions.map((element) => textOf(element).trim());
  const place = message.at(actions[0] ?? message.header ?? message.envelope);
  if (values.length > 0 && values.every((value) => value === ACTION)) {
    yield met(`wsa:Action is ${ACTION}`, place);
    return;
  }
  yield violated({
    because: values.length === 0 ? 'the message has no wsa:Action' : 'wsa:Action is not that of Provide and Register Document Set-b',
    expected: ACTION,
    found: values.join(', ') || 'no wsa:Action',
    at: place,
    remedy: 'Write the action of ITI-41 into the SOAP header (and into the action parameter of Content-Type, where that is given).',
  });
}

export const wsaAction = defineSubmissionCheck('ASY-ITI41-001', action);

export const oneRequest = defineSubmissionCheck('ASY-ITI41-002', function* (submission) {
  const { message } = submission;
  const top = message.payload;
  if (!top) {
    yield notExercised('the message has no payload');
    return;
  }
  const inBody = message.body ? childElements(message.body) : [top];
  const requests = inBody.filter((element) => element.local === 'ProvideAndRegisterDocumentSetRequest' && element.namespace === XDS_B);
  const submits = requests.flatMap((request) => childElements(request, 'SubmitObjectsRequest', LCM));
  if (inBody.length === 1 && requests.length === 1 && submits.length === 1) {
    yield met('the Body holds one ProvideAndRegisterDocumentSetRequest with one SubmitObjectsRequest', message.at(top));
    return;
  }
  yield violated({
    because: 'the Body does not hold just one ProvideAndRegisterDocumentSetRequest with one SubmitObjectsRequest',
    expected: `one ProvideAndRegisterDocumentSetRequest in ${XDS_B}, and in it one SubmitObjectsRequest in ${LCM}`,
    found: `${inBody.map(({ local, namespace }) => `${local} in ${namespace || 'no namespace'}`).join(', ')}; ${submits.length} SubmitObjectsRequest`,
    at: message.at(top),
    remedy: 'Put all metadata into one SubmitObjectsRequest.',
  });
});
