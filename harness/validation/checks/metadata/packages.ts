/** SubmissionSets, Folders and their labels: ITI TF-3 4.2.1.2, 4.2.1.3, 4.2.1.5, 4.2.3.1.10. */
import type { Classification, RegistryObject, Submission } from '../../../formats/model.js';
import { met, notApplicable, notExercised, violated } from '../../define.js';
import { at, defineSubmissionCheck, indexOf, limitedSender, named, overAll, packages } from '../../metadata.js';
import { FOLDER_NODE, LIMITED_METADATA_NODES, SUBMISSION_SET_NODE } from '../../tables/metadata.js';

/** Classifications inside an object and beside it: both places are right for a label. */
const labelsOf = (submission: Submission, object: RegistryObject): Classification[] => [
  ...object.classifications,
  ...((object.id === undefined ? undefined : indexOf(submission).beside.get(object.id)) ?? []),
];
const isLabelled = (submission: Submission, object: RegistryObject, node: string): boolean => labelsOf(submission, object).some(({ classificationNode }) => classificationNode === node);

export const oneSubmissionSet = defineSubmissionCheck('ASY-META-037', function* (submission) {
  const sets = packages(submission).filter((each) => isLabelled(submission, each, SUBMISSION_SET_NODE));
  if (sets.length === 1 && sets[0]) {
    yield met(`${named(sets[0])} is the one SubmissionSet`, at(submission, sets[0]));
    return;
  }
  yield violated({
    because: sets.length === 0 ? 'the submission has no SubmissionSet' : `the submission has ${sets.length} SubmissionSets`,
    expected: `one rim:RegistryPackage that a Classification with classificationNode="${SUBMISSION_SET_NODE}" labels`,
    found: `${packages(submission).length} packages, ${sets.length} of them so labelled`,
    at: at(submission, sets[1] ?? packages(submission)[0] ?? { element: submission.submitObjectsRequest ?? submission.message.payload ?? noElement() }),
    remedy: 'Submit one SubmissionSet at a time, and label it.',
  });
});

/** A submission was read from an element, so there is one. */
function noElement(): never {
  throw new Error('a submission without any element');
}

export const packagesLabelled = defineSubmissionCheck('ASY-META-077', (submission) =>
  overAll(packages(submission), 'the submission has no RegistryPackage', function* (each) {
    const labels = [SUBMISSION_SET_NODE, FOLDER_NODE].filter((node) => isLabelled(submission, each, node));
    if (labels.length === 1) {
      yield met(`${named(each)} is labelled`, at(submission, each));
      return;
    }
    yield violated({
      because: `the package ${each.id ?? '(without id)'} is labelled ${labels.length === 0 ? 'neither as SubmissionSet nor as Folder' : 'both as SubmissionSet and as Folder'}`,
      expected: `one Classification with classificationNode ${SUBMISSION_SET_NODE} (SubmissionSet) or ${FOLDER_NODE} (Folder), inside the package or beside it`,
      found: labelsOf(submission, each).map(({ classificationNode }) => classificationNode ?? '').filter(Boolean).join(', ') || 'no such Classification',
      at: at(submission, each),
      remedy: 'Add the Classification, with classifiedObject naming the package.',
    });
  }),
);

export const notLimited = defineSubmissionCheck('ASY-META-044', function* (submission, context) {
  const sender = limitedSender(context);
  if (sender !== undefined) {
    yield notApplicable(`a ${sender} may flag its metadata as limited`);
    return;
  }
  const all = [...submission.objects.flatMap(({ classifications }) => classifications), ...submission.looseClassifications];
  if (submission.objects.length === 0) {
    yield notExercised('the submission has no object');
    return;
  }
  const flags = all.filter(({ classificationNode, classificationScheme }) => [classificationNode, classificationScheme].some((uuid) => LIMITED_METADATA_NODES.includes(uuid ?? '')));
  if (flags.length === 0) yield met('nothing is flagged as limited metadata');
  for (const flag of flags) {
    yield violated({
      because: `${flag.classifiedObject ?? 'an object'} is flagged as limited metadata`,
      expected: 'no limitedMetadata Classification from an XDS source',
      found: flag.classificationNode ?? flag.classificationScheme ?? '',
      at: at(submission, flag),
      remedy: 'Send full metadata without the flag; only a Metadata-Limited Document Source (XDR) and XDM may use it.',
    });
  }
});
