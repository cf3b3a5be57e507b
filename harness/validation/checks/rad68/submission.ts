/** What RAD-68 sends: RAD TF-2 4.68.4.1.2. */
import { defineCheck, met, violated } from '../../define.js';
import { submissionView } from '../../../formats/ebrim.js';
import { at, defineSubmissionCheck, extrinsicObjects, indexOf, named } from '../../metadata.js';
import { defineManifestEntryCheck } from '../../manifest-entries.js';
import { STABLE_ENTRY } from '../../tables/metadata.js';
import { action } from '../iti41/message.js';

export const carriesMetadata = defineSubmissionCheck('RAD68-017', function* (submission) {
  const { message, submissionSets } = submission;
  const entries = extrinsicObjects(submission);
  const kindOf = (id: string | undefined) => (id === undefined ? undefined : indexOf(submission).objects.get(id)?.kind);
  const linked = indexOf(submission).memberships.some(({ sourceObject, targetObject }) => kindOf(sourceObject) === 'SubmissionSet' && kindOf(targetObject) === 'DocumentEntry');
  const missing = [
    ...(submissionSets.length > 0 ? [] : ['a SubmissionSet']),
    ...(entries.length > 0 ? [] : ['a DocumentEntry']),
    ...(linked ? [] : ['a HasMember association from the SubmissionSet to a DocumentEntry']),
  ];
  const top = submission.submitObjectsRequest ?? message.payload;
  const place = top && message.at(top);
  if (missing.length === 0) {
    yield met('the request carries SubmissionSet, DocumentEntry and their association', place);
    return;
  }
  yield violated({
    because: `the request lacks ${missing.join(', ')}`,
    expected: 'the metadata that the repository will register: SubmissionSet, DocumentEntry and their HasMember association',
    found: submission.objects.slice(0, 20).map(({ element }) => element.local).join(', ') || 'no registry object',
    ...(place && { at: place }),
    remedy: 'Send the whole metadata with the manifest.',
  });
});

export const wsaAction = defineCheck('ASY-RAD68-012', submissionView, action);

export const stableEntry = defineManifestEntryCheck(
  'ASY-RAD68-007',
  () => undefined,
  function* (entry, _, submission) {
    if (entry.objectType === STABLE_ENTRY) {
      yield met(`${named(entry)} is a stable entry`, at(submission, entry));
      return;
    }
    yield violated({
      because: 'the entry of the manifest is no stable DocumentEntry',
      expected: `objectType="${STABLE_ENTRY}"`,
      found: entry.objectType === undefined ? 'no objectType' : `objectType="${entry.objectType}"`,
      at: at(submission, entry),
      remedy: 'A manifest is a document that exists: register it as a stable entry.',
    });
  },
);
