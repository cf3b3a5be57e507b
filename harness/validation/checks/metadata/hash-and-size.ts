/** ITI TF-3 4.2.3.2.10 and 4.2.3.2.21, against the document that came with the entry. */
import type { DocumentContent, RegistryObject, Submission } from '../../../formats/model.js';
import { met, notApplicable, undecidable, violated } from '../../define.js';
import { defineSubmissionCheck, indexOf, named, overEntries, slotPlace, slotsOf, valuesOf } from '../../metadata.js';
import { HASH_OF_NOTHING } from '../../tables/metadata.js';

/** The document of an entry; undefined where none or several have its id. */
export function documentOf(submission: Submission, entry: RegistryObject): DocumentContent | undefined {
  const own = entry.id === undefined ? undefined : indexOf(submission).documents.get(entry.id);
  return own?.length === 1 ? own[0] : undefined;
}

const given = (entry: RegistryObject, name: 'hash' | 'size'): string | undefined => (slotsOf(entry, name).length === 0 ? undefined : valuesOf(entry, name).join(', '));

/** Size 0 with the hash of nothing: the document is assembled when it is retrieved. */
export const isDelayed = (entry: RegistryObject): boolean => given(entry, 'size') === '0' && given(entry, 'hash')?.toLowerCase() === HASH_OF_NOTHING;

export const hash = defineSubmissionCheck('ASY-META-018', (submission) =>
  overEntries(submission, function* (entry) {
    const value = given(entry, 'hash');
    const place = slotPlace(submission, entry, 'hash');
    if (value === undefined) {
      yield notApplicable(`${named(entry)} gives no hash`);
      return;
    }
    if (isDelayed(entry)) {
      yield notApplicable(`${named(entry)} announces a document that is assembled later`, place);
      return;
    }
    const sha1 = documentOf(submission, entry)?.sha1;
    const wellFormed = /^[0-9a-f]{40}$/i.test(value);
    if (wellFormed && sha1 === undefined) {
      yield undecidable(`the document of ${named(entry)} could not be had, so its hash cannot be recomputed`, place);
      return;
    }
    if (wellFormed && value.toLowerCase() === sha1) {
      yield met(`hash of ${named(entry)} is that of its document`, place);
      return;
    }
    yield violated({
      because: wellFormed ? `hash of ${named(entry)} is not that of its document` : `hash of ${named(entry)} is not 40 hex digits`,
      expected: `the SHA-1 of the document's octets in hex${sha1 === undefined ? '' : `: ${sha1}`}`,
      found: value,
      at: place,
      remedy: 'Hash the document as it is sent, after undoing base64, with all its octets and no others.',
    });
  }),
);

export const size = defineSubmissionCheck('ASY-META-058', (submission) =>
  overEntries(submission, function* (entry) {
    const value = given(entry, 'size');
    const place = slotPlace(submission, entry, 'size');
    if (value === undefined) {
      yield notApplicable(`${named(entry)} gives no size`);
      return;
    }
    if (isDelayed(entry)) {
      yield notApplicable(`${named(entry)} announces a document that is assembled later`, place);
      return;
    }
    const octets = documentOf(submission, entry)?.size;
    const wellFormed = /^\+?\d+$/.test(value);
    if (wellFormed && octets === undefined) {
      yield undecidable(`the document of ${named(entry)} could not be had, so its octets cannot be counted`, place);
      return;
    }
    if (wellFormed && Number(value) === octets) {
      yield met(`size of ${named(entry)} is that of its document`, place);
      return;
    }
    yield violated({
      because: wellFormed ? `size of ${named(entry)} is not that of its document` : `size of ${named(entry)} is no decimal integer`,
      expected: octets === undefined ? 'the number of octets, as one decimal integer' : `${octets}`,
      found: value,
      at: place,
      remedy: 'Count the octets of the document as it is sent, after undoing base64.',
    });
  }),
);
