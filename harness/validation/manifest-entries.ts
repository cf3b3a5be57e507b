/** The entries of manifests in a submission: told by media type, format code or the document itself, so that one wrong attribute hides none. */
import type { JudgeContext, MessageCheck, Observation } from '../contracts.js';
import { beginsLikeDicom } from '../formats/dicom.js';
import type { RegistryObject, Submission } from '../formats/model.js';
import type { Observations } from './define.js';
import { codesOf, defineSubmissionCheck, indexOf, overAll } from './metadata.js';
import { KEY_OBJECT_SELECTION_DOCUMENT } from './tables/key-object.js';

export const manifestEntries = (submission: Submission): RegistryObject[] =>
  submission.documentEntries.filter(
    (entry) =>
      /^application\/dicom\b(?!\+)/i.test(entry.mimeType ?? '') ||
      codesOf(entry, 'formatCode').some(({ nodeRepresentation }) => nodeRepresentation === KEY_OBJECT_SELECTION_DOCUMENT) ||
      (indexOf(submission).documents.get(entry.id ?? '') ?? []).some(({ bytes, part }) => beginsLikeDicom(bytes ?? part?.head ?? new Uint8Array())),
  );

export const overManifestEntries = (submission: Submission, judge: (entry: RegistryObject) => Iterable<Observation>): Iterable<Observation> =>
  overAll(manifestEntries(submission), 'the submission has no entry of a manifest', judge);

/** A check on the entry of each manifest. `known` is asked once a message; what it gives is handed to the judgement of each entry. */
export const defineManifestEntryCheck = <T>(
  id: string,
  known: (context: JudgeContext, submission: Submission) => Promise<T> | T,
  judge: (entry: RegistryObject, known: T, submission: Submission) => Iterable<Observation>,
): MessageCheck<Submission> =>
  defineSubmissionCheck(id, async function* (submission, context): Observations {
    const facts = await known(context, submission);
    yield* overManifestEntries(submission, (entry) => judge(entry, facts, submission));
  });
