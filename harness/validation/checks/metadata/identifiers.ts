/** ExternalIdentifiers that are there once: ITI TF-3 4.2.3.2.16, 4.2.3.2.26, 4.2.3.3.8, 4.2.3.3.9, 4.2.3.3.12. */
import type { JudgeContext, Observation } from '../../../contracts.js';
import type { RegistryObject, Submission } from '../../../formats/model.js';
import { met, notApplicable, violated } from '../../define.js';
import { isOid, parseCx } from '../../hl7-types.js';
import { at, defineSubmissionCheck, identifiersOf, identifierValue, limitedSender, list, named, overEntries, overSubmissionSets } from '../../metadata.js';
import { IDENTIFIER_SCHEMES, type IdentifierAttribute } from '../../tables/metadata.js';

/** Yields what is wrong with the number of identifiers; nothing where there is just one, with a value. */
function* notOnce(submission: Submission, object: RegistryObject, attribute: IdentifierAttribute): Iterable<Observation> {
  const found = identifiersOf(object, attribute);
  if (found.length === 1 && found[0]?.value?.trim()) return;
  yield violated({
    because: found.length > 1 ? `${named(object)} has ${attribute} ${found.length} times` : `${named(object)} has no ${attribute}`,
    expected: `one rim:ExternalIdentifier with identificationScheme ${IDENTIFIER_SCHEMES[attribute]} and a value`,
    found: found.length === 0 ? `identifiers of the schemes ${list(object.externalIdentifiers.map((each) => each.identificationScheme ?? ''))}` : list(found.map((each) => each.value ?? '')),
    at: at(submission, found[1] ?? found[0] ?? object),
    remedy: `Give ${attribute} once, with the scheme of just this attribute and object.`,
  });
}

function* once(submission: Submission, object: RegistryObject, attribute: IdentifierAttribute): Iterable<Observation> {
  const wrong = [...notOnce(submission, object, attribute)];
  yield* wrong;
  if (wrong.length === 0) yield met(`${named(object)} has ${attribute} once`, at(submission, identifiersOf(object, attribute)[0] ?? object));
}

/** A limited sender gives the patient only where it knows him; never more than one. */
const unasked = (object: RegistryObject, attribute: IdentifierAttribute, context: JudgeContext): Observation | undefined => {
  const sender = limitedSender(context);
  return sender !== undefined && identifiersOf(object, attribute).length === 0 ? notApplicable(`a ${sender} gives ${attribute} only where it is known`) : undefined;
};

export const entryUniqueId = defineSubmissionCheck('ASY-META-002', (submission) =>
  overEntries(submission, (entry) => once(submission, entry, 'DocumentEntry.uniqueId')),
);

export const entryPatientId = defineSubmissionCheck('ASY-META-003', (submission, context) =>
  overEntries(submission, function* (entry) {
    const exempt = unasked(entry, 'DocumentEntry.patientId', context);
    if (exempt) yield exempt;
    else yield* once(submission, entry, 'DocumentEntry.patientId');
  }),
);

const onceAsOid = (id: string, attribute: IdentifierAttribute) =>
  defineSubmissionCheck(id, (submission) =>
    overSubmissionSets(submission, function* (set) {
      const value = identifierValue(set, attribute) ?? '';
      const wrong = [...notOnce(submission, set, attribute)];
      yield* wrong;
      if (wrong.length > 0) return;
      if (isOid(value)) yield met(`${attribute} is the OID ${value}`, at(submission, identifiersOf(set, attribute)[0] ?? set));
      else
        yield violated({
          because: `${attribute} is no OID`,
          expected: 'integers joined by dots, without leading zeros, at most 64 characters, and no prefix such as urn:oid:',
          found: `'${value}'`,
          at: at(submission, identifiersOf(set, attribute)[0] ?? set),
          remedy: `Use an OID below a root that your organisation owns (or 2.25. and a UUID as a number) for ${attribute}.`,
        });
    }),
  );

export const submissionSetUniqueId = onceAsOid('ASY-META-038', 'SubmissionSet.uniqueId');
export const submissionSetSourceId = onceAsOid('ASY-META-039', 'SubmissionSet.sourceId');

export const submissionSetPatientId = defineSubmissionCheck('ASY-META-042', (submission, context) =>
  overSubmissionSets(submission, function* (set) {
    const attribute = 'SubmissionSet.patientId';
    const exempt = unasked(set, attribute, context);
    if (exempt) {
      yield exempt;
      return;
    }
    const wrong = [...notOnce(submission, set, attribute)];
    yield* wrong;
    if (wrong.length > 0) return;
    const { problems } = parseCx(identifierValue(set, attribute) ?? '');
    const place = at(submission, identifiersOf(set, attribute)[0] ?? set);
    if (problems.length === 0) yield met(`${attribute} is given in CX form`, place);
    else
      yield violated({
        because: `${attribute} is not in CX form: ${problems.join('; ')}`,
        expected: 'id^^^&OID&ISO',
        found: `'${identifierValue(set, attribute)}'`,
        at: place,
        remedy: 'Write the affinity-domain identifier with the OID of its assigning authority, and nothing else.',
      });
  }),
);
