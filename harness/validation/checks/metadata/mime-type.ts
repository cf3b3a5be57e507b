import { met, violated } from '../../define.js';
import { at, defineSubmissionCheck, named, overEntries } from '../../metadata.js';

/** type/subtype of RFC 2046; parameters behind it are let pass. */
const MIME_TYPE = /^[!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+(\s*;.*)?$/;

/** ITI TF-3 4.2.3.2.15, 4.3.1: of every sender. What the message itself says counts, not what a schema would supply. */
export const mimeType = defineSubmissionCheck('ASY-META-013', (submission) =>
  overEntries(submission, function* (entry) {
    if (MIME_TYPE.test(entry.mimeType ?? '')) {
      yield met(`${named(entry)} has mimeType ${entry.mimeType}`, at(submission, entry));
      return;
    }
    yield violated({
      because: `mimeType of ${named(entry)} is ${entry.mimeType ? 'no media type' : 'missing'}`,
      expected: 'attribute mimeType of rim:ExtrinsicObject with type/subtype, such as application/dicom',
      found: entry.mimeType === undefined ? 'no attribute mimeType' : `mimeType="${entry.mimeType}"`,
      at: at(submission, entry),
      remedy: 'Name the media type of the document.',
    });
  }),
);
