/** Coded attributes that a sender of full metadata gives: ITI TF-3 4.3.1, Table 4.3.1-3. */
import type { Observation } from '../../../contracts.js';
import type { JudgeContext } from '../../../contracts.js';
import type { RegistryObject, Submission } from '../../../formats/model.js';
import { met, notApplicable, violated } from '../../define.js';
import { at, codesOf, codeText, defineSubmissionCheck, limitedSender, named, overEntries, overSubmissionSets } from '../../metadata.js';
import { CODE_SCHEMES, type CodedAttribute } from '../../tables/metadata.js';

interface Rule {
  attribute: CodedAttribute;
  /** `once`: never more than one; `at least once`: any number. */
  occurs: 'once' | 'at least once';
  /** More than one warns only, since the entry speaks of presence. */
  manyWarn?: boolean;
}

function* supplied(submission: Submission, object: RegistryObject, rule: Rule, context: JudgeContext): Iterable<Observation> {
  const { attribute } = rule;
  const codes = codesOf(object, attribute);
  const sender = limitedSender(context);
  if (codes.length === 0 && sender !== undefined) {
    yield notApplicable(`a ${sender} gives ${attribute} only where it is known`);
    return;
  }
  if (codes.length === 1 || (codes.length > 1 && rule.occurs === 'at least once')) {
    yield met(`${named(object)} has ${attribute} ${codes.map(codeText).join(' and ')}`, at(submission, codes[0] ?? object));
    return;
  }
  yield violated({
    because: codes.length === 0 ? `${named(object)} has no ${attribute}` : `${named(object)} has ${codes.length} ${attribute} Classifications`,
    expected: `${rule.occurs === 'once' ? 'one' : 'one or more'} rim:Classification inside the object with classificationScheme ${CODE_SCHEMES[attribute]}`,
    found: codes.length === 0 ? 'none' : codes.map(codeText).join(', '),
    at: at(submission, codes[1] ?? object),
    remedy: `Supply ${attribute} ${rule.occurs}, with a code that the affinity domain lists.`,
    ...(codes.length > 1 && rule.manyWarn && { atMost: 'warning' as const }),
  });
}

const ofEntries = (id: string, attribute: CodedAttribute, occurs: Rule['occurs'] = 'once') =>
  defineSubmissionCheck(id, (submission, context) => overEntries(submission, (entry) => supplied(submission, entry, { attribute, occurs }, context)));

export const classCode = ofEntries('ASY-META-004', 'classCode');
export const typeCode = ofEntries('ASY-META-005', 'typeCode');
export const formatCode = ofEntries('ASY-META-006', 'formatCode');
export const practiceSettingCode = ofEntries('ASY-META-007', 'practiceSettingCode');
export const healthcareFacilityTypeCode = ofEntries('ASY-META-008', 'healthcareFacilityTypeCode');
export const confidentialityCode = ofEntries('ASY-META-009', 'confidentialityCode', 'at least once');

export const contentTypeCode = defineSubmissionCheck('ASY-META-043', (submission, context) =>
  overSubmissionSets(submission, (set) => supplied(submission, set, { attribute: 'contentTypeCode', occurs: 'once', manyWarn: true }, context)),
);
