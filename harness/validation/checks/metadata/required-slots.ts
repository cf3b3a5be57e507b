/** Slots that a sender of full metadata gives: ITI TF-3 4.3.1, Table 4.3.1-3. */
import type { JudgeContext, Observation } from '../../../contracts.js';
import type { RegistryObject, Submission } from '../../../formats/model.js';
import { met, notApplicable, violated } from '../../define.js';
import { parseDtm } from '../../hl7-types.js';
import { languageTagProblem } from '../../language-tag.js';
import { defineSubmissionCheck, isOnDemand, limitedSender, list, named, overEntries, overSubmissionSets, slotPlace, slotsOf, valuesOf } from '../../metadata.js';

/** The one value of a slot; otherwise what is to be said of its absence or plurality. */
function oneValue(submission: Submission, object: RegistryObject, name: string, context?: JudgeContext): { value?: string; instead: Observation[] } {
  const values = valuesOf(object, name);
  const [value] = values;
  if (values.length === 1 && value) return { value, instead: [] };
  const sender = context && limitedSender(context);
  if (slotsOf(object, name).length === 0 && sender !== undefined) return { instead: [notApplicable(`a ${sender} gives ${name} only where it is known`)] };
  return {
    instead: [
      violated({
        because: values.length > 1 ? `${named(object)} has ${values.length} values of ${name}` : `${named(object)} has no ${name}`,
        expected: `rim:Slot name="${name}" with one value`,
        found: slotsOf(object, name).length === 0 ? 'no such Slot' : list(values),
        at: slotPlace(submission, object, name),
        remedy: `Supply ${name} once.`,
      }),
    ],
  };
}

export const creationTime = defineSubmissionCheck('ASY-META-010', (submission, context) =>
  overEntries(submission, function* (entry) {
    const place = slotPlace(submission, entry, 'creationTime');
    if (isOnDemand(entry)) {
      if (slotsOf(entry, 'creationTime').length === 0) {
        yield notApplicable(`${named(entry)} is an On-Demand entry, and has no creationTime`);
        return;
      }
      yield violated({
        because: `${named(entry)} is an On-Demand entry, yet has a creationTime`,
        expected: 'no Slot creationTime on an On-Demand DocumentEntry',
        found: list(valuesOf(entry, 'creationTime')),
        at: place,
        remedy: 'Leave creationTime out of On-Demand entries; a stable entry has the objectType of one.',
      });
      return;
    }
    const { value, instead } = oneValue(submission, entry, 'creationTime', context);
    yield* instead;
    if (value !== undefined) yield met(`${named(entry)} has creationTime ${value}`, place);
  }),
);

export const languageCode = defineSubmissionCheck('ASY-META-011', (submission, context) =>
  overEntries(submission, function* (entry) {
    const { value, instead } = oneValue(submission, entry, 'languageCode', context);
    yield* instead;
    if (value === undefined) return;
    const place = slotPlace(submission, entry, 'languageCode');
    const problem = languageTagProblem(value);
    if (!problem) yield met(`languageCode ${value} is a language tag`, place);
    else
      yield violated({
        because: problem.wellFormed ? `languageCode '${value}' is well-formed, but ${problem.why}` : `languageCode '${value}' is no well-formed language tag`,
        expected: 'a language tag of RFC 5646, such as en or en-US (with a hyphen)',
        found: `'${value}'`,
        at: place,
        remedy: 'Join language and region by a hyphen, and use registered subtags.',
        ...(problem.wellFormed && { atMost: 'warning' as const }),
      });
  }),
);

export const sourcePatientId = defineSubmissionCheck('ASY-META-012', (submission, context) =>
  overEntries(submission, function* (entry) {
    const { value, instead } = oneValue(submission, entry, 'sourcePatientId', context);
    yield* instead;
    if (value !== undefined) yield met(`${named(entry)} has sourcePatientId ${value}`, slotPlace(submission, entry, 'sourcePatientId'));
  }),
);

export const submissionTime = defineSubmissionCheck('ASY-META-041', (submission) =>
  overSubmissionSets(submission, function* (set) {
    const { value, instead } = oneValue(submission, set, 'submissionTime');
    yield* instead;
    if (value === undefined) return;
    const place = slotPlace(submission, set, 'submissionTime');
    if (parseDtm(value)) yield met(`submissionTime is ${value}`, place);
    else
      yield violated({
        because: 'submissionTime is no DTM',
        expected: 'YYYY[MM[DD[hh[mm[ss]]]]] in UTC',
        found: `'${value}'`,
        at: place,
        remedy: 'Write digits only, converted to UTC, without fraction and zone.',
      });
  }),
);
