/** ITI TF-3 4.2.3.2.23. */
import type { Observation } from '../../../contracts.js';
import { met, notApplicable, violated } from '../../define.js';
import { defineSubmissionCheck, named, slotPlace, slotsOf, valuesOf } from '../../metadata.js';
import { patientInfoValues } from '../../metadata-values.js';

const NOT_GIVEN = 'no DocumentEntry gives sourcePatientInfo';
const PID_FIELD = /^PID-\d+\|/;
/** `PID-5` of `PID-5|Doe^Jane`. */
export const fieldOf = (value: string): string => value.split('|', 1)[0] ?? '';

export const pidFields = defineSubmissionCheck('ASY-META-031', function* (submission): Iterable<Observation> {
  const values = patientInfoValues(submission);
  if (values.length === 0) yield notApplicable(NOT_GIVEN);
  for (const { value, at } of values) {
    if (PID_FIELD.test(value)) yield met(`sourcePatientInfo gives ${fieldOf(value)}`, at);
    else
      yield violated({
        because: 'a value of sourcePatientInfo is no PID field',
        expected: "PID-n, a bar, and the field's data",
        found: `'${value}'`,
        at,
        remedy: 'Begin each value with the field that it holds, as in PID-5|family^given.',
      });
  }
});

const UNWANTED = ['PID-2', 'PID-4', 'PID-12', 'PID-19'];

export const unwantedFields = defineSubmissionCheck('ASY-META-032', function* (submission): Iterable<Observation> {
  const values = patientInfoValues(submission);
  if (values.length === 0) {
    yield notApplicable(NOT_GIVEN);
    return;
  }
  const unwanted = values.filter(({ value }) => UNWANTED.includes(fieldOf(value)));
  if (unwanted.length === 0) yield met(`sourcePatientInfo has none of ${UNWANTED.join(', ')}`);
  for (const { value, at } of unwanted) {
    yield violated({
      because: `sourcePatientInfo carries ${fieldOf(value)}`,
      expected: `none of ${UNWANTED.join(', ')}`,
      found: `'${value}'`,
      at,
      remedy: 'Leave alternate identifiers, the country code and the social security number out; identifiers go to PID-3.',
    });
  }
});

export const singleFields = defineSubmissionCheck('ASY-META-090', function* (submission): Iterable<Observation> {
  const entries = submission.documentEntries.filter((entry) => slotsOf(entry, 'sourcePatientInfo').length > 0);
  if (entries.length === 0) yield notApplicable(NOT_GIVEN);
  for (const entry of entries) {
    const fields = valuesOf(entry, 'sourcePatientInfo').map(fieldOf);
    const twice = ['PID-7', 'PID-8'].filter((name) => fields.filter((field) => field === name).length > 1);
    const foreign = fields.filter((field) => /^[A-Z][A-Z0-9]{2}-\d+$/.test(field) && !field.startsWith('PID-'));
    const place = slotPlace(submission, entry, 'sourcePatientInfo');
    if (twice.length === 0 && foreign.length === 0) yield met(`sourcePatientInfo of ${named(entry)} has PID-7 and PID-8 at most once, and no other segment`, place);
    else
      yield violated({
        because: `sourcePatientInfo of ${named(entry)} has ${[...twice.map((name) => `${name} more than once`), ...foreign.map((name) => `a field of another segment (${name})`)].join(' and ')}`,
        expected: 'one value at most of PID-7 and of PID-8, and only PID fields',
        found: fields.join(', '),
        at: place,
        remedy: 'Give birth date and sex once, and only what the PID segment defines.',
      });
  }
});
