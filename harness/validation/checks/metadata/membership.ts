/** HasMember associations: ITI TF-3 4.2.2.1. */
import type { Association, RegistryObject, Submission } from '../../../formats/model.js';
import { met, notExercised, violated } from '../../define.js';
import { at, defineSubmissionCheck, indexOf, list, named, overAll, slotPlace, slotsOf, valuesOf } from '../../metadata.js';
import { HAS_MEMBER } from '../../tables/metadata.js';

const objectOf = (submission: Submission, id: string | undefined): RegistryObject | undefined => (id === undefined ? undefined : indexOf(submission).objects.get(id));
const isSetId = (submission: Submission, id: string | undefined): boolean => objectOf(submission, id)?.kind === 'SubmissionSet';

export const linkedToSubmissionSet = defineSubmissionCheck('ASY-META-049', (submission) => {
  const links = new Map(indexOf(submission).memberships.filter(({ sourceObject }) => isSetId(submission, sourceObject)).map((link) => [link.targetObject, link]));
  return overAll([...submission.documentEntries, ...submission.folders], 'the submission has neither a DocumentEntry nor a Folder', function* (object) {
    const link = object.id === undefined ? undefined : links.get(object.id);
    if (link) {
      yield met(`the SubmissionSet has ${named(object)} as member`, at(submission, link));
      return;
    }
    yield violated({
      because: `no HasMember association links the SubmissionSet to ${named(object)}`,
      expected: `rim:Association with associationType="${HAS_MEMBER}", sourceObject = id of the SubmissionSet, targetObject="${object.id ?? ''}"`,
      found: submission.associations.slice(0, 20).map((each) => `${each.associationType}: ${each.sourceObject} → ${each.targetObject}`).join('; ') || 'no association',
      at: at(submission, object),
      remedy: 'Link each submitted object to its SubmissionSet.',
    });
  });
});

export const submissionSetStatus = defineSubmissionCheck('ASY-META-050', function* (submission) {
  const links = indexOf(submission).memberships.filter(({ sourceObject, targetObject }) => {
    const target = objectOf(submission, targetObject);
    return isSetId(submission, sourceObject) && (target === undefined || target.kind === 'DocumentEntry');
  });
  if (links.length === 0) yield notExercised('no HasMember association links the SubmissionSet to a DocumentEntry');
  for (const link of links) {
    const inside = objectOf(submission, link.targetObject) !== undefined;
    const expected = inside ? 'Original' : 'Reference';
    const values = valuesOf(link, 'SubmissionSetStatus');
    const place = slotPlace(submission, link, 'SubmissionSetStatus');
    if (values.length === 1 && values[0] === expected) yield met(`the association to ${link.targetObject} has SubmissionSetStatus ${expected}`, place);
    else
      yield violated({
        because: `the association from the SubmissionSet to ${link.targetObject ?? 'nothing'} has ${values.length === 0 ? 'no SubmissionSetStatus' : `SubmissionSetStatus ${list(values)}`}`,
        expected: `rim:Slot name="SubmissionSetStatus" with the value ${expected}, as the entry ${inside ? 'is part of this submission' : 'was registered before'}`,
        found: slotsOf(link, 'SubmissionSetStatus').length === 0 ? 'no such Slot' : list(values),
        at: place,
        remedy: 'Original for what is submitted now, Reference for what the registry knows already.',
        // A target outside the submission may be a Folder, of which no status is asked.
        ...(values.length === 0 && !inside && { atMost: 'warning' as const }),
      });
  }
});

/** What is wrong with the ends of a HasMember association; objects outside the submission may be anything that fits. */
function wrongPair(submission: Submission, { sourceObject, targetObject }: Association): string | undefined {
  const [source, target] = [objectOf(submission, sourceObject), objectOf(submission, targetObject)];
  if (target?.kind === 'SubmissionSet') return 'a SubmissionSet is its target';
  if (source?.kind === 'DocumentEntry' || source?.kind === 'Association') return `a ${source.kind} is its source`;
  if (source?.kind === 'Folder' && target && target.kind !== 'DocumentEntry') return `a Folder has a ${target.kind} as member`;
  const relation = target?.kind === 'Association' ? (target as Association).associationType : undefined;
  if (source?.kind === 'SubmissionSet' && relation !== undefined && relation !== HAS_MEMBER) return `its target is an association of type ${relation}, which is no folder membership`;
  return undefined;
}

export const memberPairs = defineSubmissionCheck('ASY-META-074', (submission) =>
  overAll(indexOf(submission).memberships, 'the submission has no HasMember association', function* (link) {
    const wrong = wrongPair(submission, link);
    if (wrong === undefined) {
      yield met(`${named(link)} links a fitting pair`, at(submission, link));
      return;
    }
    yield violated({
      because: `HasMember association ${link.id ?? ''} links a pair that may not be: ${wrong}`,
      expected: 'SubmissionSet to DocumentEntry, Folder or folder membership; Folder to DocumentEntry',
      found: `${objectOf(submission, link.sourceObject)?.kind ?? 'an object outside'} → ${objectOf(submission, link.targetObject)?.kind ?? 'an object outside'}`,
      at: at(submission, link),
      remedy: 'Check which id stands as sourceObject and which as targetObject.',
    });
  }),
);
