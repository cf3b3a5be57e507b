/** For whom a submission is meant: ITI TF-3 4.2.3.3.7. */
import { met, notApplicable, violated } from '../../define.js';
import { defineSubmissionCheck, named, slotsOf, valuePlace } from '../../metadata.js';

/** Characters that separate parts of a name say nothing by themselves. */
const telling = (part: string): boolean => part.replace(/[\s^&]/g, '') !== '';

/** Each value says organisation|person|telecommunication, and at least one of them. What each looks like is decided by the rules of its type. */
export const recipientNamed = defineSubmissionCheck('ASY-META-092', function* (submission) {
  const slots = submission.submissionSets.flatMap((set) => slotsOf(set, 'intendedRecipient').map((slot) => ({ set, slot })));
  if (slots.length === 0) yield notApplicable('no SubmissionSet gives an intendedRecipient');
  for (const { set, slot } of slots) {
    const values = slot.values.length > 0 ? slot.values : [''];
    for (const [index, value] of values.entries()) {
      const place = valuePlace(submission, slot, index);
      if (value.split('|').slice(0, 3).some(telling)) yield met(`an intendedRecipient of ${named(set)} names whom it is for`, place);
      else
        yield violated({
          because: `an intendedRecipient of ${named(set)} names nobody`,
          expected: 'organisation|person|telecommunication, with at least one of them',
          found: `'${value}'`,
          at: place,
          remedy: 'Name the recipient, or leave the Slot out.',
        });
    }
  }
});
