/** What may be submitted: ITI TF-2 3.41.4.1.2, ITI TF-3 4.2.1.2, 4.2.1.3, 4.2.2.2. */
import { met, notApplicable, notExercised, violated } from '../../define.js';
import { at, defineSubmissionCheck, extrinsicObjects, identifierValue, indexOf, list, named, overAll, patientIdAttribute } from '../../metadata.js';
import { REPLACING_RELATIONSHIPS, STABLE_ENTRY } from '../../tables/metadata.js';

export const allStable = defineSubmissionCheck('ASY-ITI41-004', (submission) =>
  overAll(extrinsicObjects(submission), 'the submission has no DocumentEntry', function* (entry) {
    if (entry.objectType === STABLE_ENTRY) {
      yield met(`${named(entry)} is a stable entry`, at(submission, entry));
      return;
    }
    yield violated({
      because: `${named(entry)} is no stable DocumentEntry`,
      expected: `objectType="${STABLE_ENTRY}"`,
      found: entry.objectType === undefined ? 'no objectType' : `objectType="${entry.objectType}"`,
      at: at(submission, entry),
      remedy: 'A document that is provided with its entry is stable; On-Demand entries are registered by ITI-61.',
    });
  }),
);

export const replacedIsRegistered = defineSubmissionCheck('ASY-ITI41-005', function* (submission) {
  const links = submission.associations.filter(({ associationType }) => REPLACING_RELATIONSHIPS.includes(associationType ?? ''));
  if (links.length === 0) yield notApplicable('the submission neither replaces a document nor submits a snapshot');
  for (const link of links) {
    const inside = link.targetObject !== undefined && indexOf(submission).objects.has(link.targetObject);
    if (!inside) yield met(`${link.targetObject} is not part of the submission`, at(submission, link));
    else
      yield violated({
        because: `the target of a ${link.associationType?.split(':').pop()} is part of the submission`,
        expected: 'the UUID of an entry that is registered already',
        found: `targetObject="${link.targetObject}"`,
        at: at(submission, link),
        remedy: 'Find the entryUUID of the document to be replaced in the registry.',
      });
  }
});

export const onePatient = defineSubmissionCheck('ASY-ITI41-030', function* (submission) {
  const objects = [...submission.submissionSets, ...submission.documentEntries, ...submission.folders];
  const patients = objects.flatMap((object) => {
    const value = identifierValue(object, patientIdAttribute(object));
    return value ? [{ object, value }] : [];
  });
  if (patients.length < 2) {
    yield notExercised('fewer than two objects of the submission have a patientId');
    return;
  }
  const other = patients.find(({ value }) => value !== patients[0]?.value);
  if (!other) {
    yield met(`all ${patients.length} objects have the patientId ${patients[0]?.value}`);
    return;
  }
  yield violated({
    because: `${named(other.object)} has another patientId than ${patients[0] ? named(patients[0].object) : 'the SubmissionSet'}`,
    expected: patients[0]?.value ?? '',
    found: list(new Set(patients.map(({ value }) => value))),
    at: at(submission, other.object),
    remedy: 'A submission belongs to one patient: give all its objects the same affinity-domain identifier.',
  });
});
