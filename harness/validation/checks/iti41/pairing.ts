/** Documents and their entries: ITI TF-2 3.41.4.1.2. */
import type { DocumentContent, Submission } from '../../../formats/model.js';
import { met, notExercised, violated } from '../../define.js';
import { at, defineSubmissionCheck, indexOf, list, named, overAll } from '../../metadata.js';

const documentsOf = (submission: Submission, id: string | undefined): readonly DocumentContent[] => (id === undefined ? undefined : indexOf(submission).documents.get(id)) ?? [];
const isEntryId = (submission: Submission, id: string | undefined): boolean => id !== undefined && indexOf(submission).objects.get(id)?.kind === 'DocumentEntry';
const idsOf = (items: readonly { id?: string }[]): string => list(items.map(({ id }) => id ?? ''));

export const oneToOne = defineSubmissionCheck('ITI41-1', function* (submission) {
  const { documentEntries: entries, documents } = submission;
  if (entries.length === 0 && documents.length === 0) yield notExercised('the submission has neither documents nor DocumentEntries');
  for (const entry of entries) {
    const own = documentsOf(submission, entry.id);
    if (own.length === 1) yield met(`${named(entry)} has one document`, at(submission, entry));
    else
      yield violated({
        because: `${named(entry)} has ${own.length === 0 ? 'no document' : `${own.length} documents`}`,
        expected: `one xds:Document with id="${entry.id ?? ''}"`,
        found: `documents with the ids ${idsOf(documents)}`,
        at: at(submission, own[1] ?? entry),
        remedy: 'Send just one document for each DocumentEntry, with the same id.',
      });
  }
  for (const document of documents.filter(({ id }) => !isEntryId(submission, id))) {
    yield violated({
      because: `the document ${document.id ?? '(without id)'} has no DocumentEntry`,
      expected: `one of the ids ${idsOf(entries)}`,
      found: `id="${document.id ?? ''}"`,
      at: at(submission, document),
      remedy: 'Describe each document by a DocumentEntry, or leave it out.',
    });
  }
});

export const documentId = defineSubmissionCheck('ASY-ITI41-003', (submission) =>
  overAll(submission.documents, 'the submission has no document', function* (document) {
    if (isEntryId(submission, document.id)) {
      yield met(`the document's id is that of DocumentEntry ${document.id}`, at(submission, document));
      return;
    }
    yield violated({
      because: 'the id of a document is not that of an ExtrinsicObject',
      expected: idsOf(submission.documentEntries),
      found: document.id === undefined ? 'no attribute id' : `id="${document.id}"`,
      at: at(submission, document),
      remedy: 'Let xds:Document/@id repeat rim:ExtrinsicObject/@id, letter by letter.',
    });
  }),
);
