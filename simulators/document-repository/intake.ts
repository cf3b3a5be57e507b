/** What a repository itself must look at in a submission before it registers it (ITI TF-2 section 3.41.4.1.3). */
import type { DocumentContent, RegistryObject, Submission } from '../../harness/formats/model.js';
import { IDENTIFIER } from '../emit/ebrim.js';
import { registryError, type RegistryErrorModel } from '../emit/registry-response.js';

const uniqueIdOf = (object: RegistryObject): string => {
  const schemes: string[] = [IDENTIFIER['XDSDocumentEntry.uniqueId'], IDENTIFIER['XDSSubmissionSet.uniqueId']];
  return object.externalIdentifiers.find((e) => schemes.includes(e.identificationScheme ?? ''))?.value ?? '';
};
const slotValue = (object: RegistryObject, name: string): string | undefined => object.slots.find((s) => s.name === name)?.values[0]?.trim();
const contentOf = (submission: Submission, entry: RegistryObject): DocumentContent | undefined => submission.documents.find((d) => d.id === entry.id);

function problemsOfEntry(submission: Submission, entry: RegistryObject): RegistryErrorModel[] {
  const id = entry.id ?? '';
  const content = contentOf(submission, entry);
  if (!content) return [registryError('XDSMissingDocument', `DocumentEntry ${id} has no xds:Document with its id.`, id)];
  if (content.size === undefined || content.sha1 === undefined) return [registryError('XDSMissingDocument', `The content of document ${id} cannot be read: its xop:Include names no part, or its base64 text is broken.`, id)];
  const problems: RegistryErrorModel[] = [];
  const hash = slotValue(entry, 'hash');
  const size = slotValue(entry, 'size');
  if (hash !== undefined && hash.toLowerCase() !== content.sha1.toLowerCase()) problems.push(registryError('XDSRepositoryMetadataError', `hash of ${id} is ${hash}; the document's SHA-1 is ${content.sha1}.`, id));
  if (size !== undefined && size !== String(content.size)) problems.push(registryError('XDSRepositoryMetadataError', `size of ${id} is ${size}; the document has ${content.size} octets.`, id));
  return problems;
}

function duplicates(submission: Submission): RegistryErrorModel[] {
  const seen = new Map<string, RegistryObject>();
  const problems: RegistryErrorModel[] = [];
  for (const object of [...submission.documentEntries, ...submission.submissionSets]) {
    const uniqueId = uniqueIdOf(object);
    const first = seen.get(uniqueId);
    // Identical copies of one document may share their uniqueId.
    const copies = first && contentOf(submission, first)?.sha1 === contentOf(submission, object)?.sha1;
    if (uniqueId && first && !copies) problems.push(registryError('XDSRepositoryDuplicateUniqueIdInMessage', `uniqueId ${uniqueId} is given to two objects.`, object.id));
    seen.set(uniqueId, object);
  }
  return problems;
}

/** Why a repository refuses a submission; empty: it does not. */
export function problemsOf(submission: Submission | undefined): RegistryErrorModel[] {
  if (!submission?.submitObjectsRequest) return [registryError('XDSRepositoryMetadataError', 'The request holds no lcm:SubmitObjectsRequest.')];
  const ids = new Set(submission.documentEntries.map((e) => e.id));
  return [
    ...submission.documentEntries.flatMap((entry) => problemsOfEntry(submission, entry)),
    ...submission.documents.filter((d) => !ids.has(d.id)).map((d) => registryError('XDSMissingDocumentMetadata', `Document ${d.id ?? ''} has no DocumentEntry.`, d.id)),
    ...duplicates(submission),
  ];
}

/** The documents of a submission that was found right; their octets stay in the evidence store. */
export const documentsOf = (submission: Submission): { uniqueId: string; size: number; sha1: string }[] =>
  submission.documentEntries.map((entry) => {
    const content = contentOf(submission, entry);
    return { uniqueId: uniqueIdOf(entry), size: content?.size ?? 0, sha1: content?.sha1 ?? '' };
  });
