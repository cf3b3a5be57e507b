/** Values of referenceIdList, CXi: ITI TF-3 Table 4.2.3.1.7-2. */
import type { Observation } from '../../../contracts.js';
import { met, notApplicable, violated } from '../../define.js';
import { defineSubmissionCheck } from '../../metadata.js';
import { authorityText, isOid, parseCxi, type Identifier } from '../../hl7-types.js';
import { cxiValues } from '../../metadata-values.js';
import { REFERENCE_TYPES, TYPES_WITH_AUTHORITY, WORKFLOW_INSTANCE_TYPES } from '../../tables/metadata.js';

interface Rule {
  id: string;
  /** Whether the rule speaks of a reference of this type. */
  of: (type: string) => boolean;
  none: string;
  problems: (reference: Identifier) => string[];
  expected: string;
  remedy: string;
}

const rule = ({ id, of, none, problems, expected, remedy }: Rule) =>
  defineSubmissionCheck(id, function* (submission): Iterable<Observation> {
    const values = cxiValues(submission).filter(({ value }) => of(parseCxi(value).type));
    if (values.length === 0) yield notApplicable(none);
    for (const { value, at } of values) {
      const found = problems(parseCxi(value));
      if (found.length === 0) yield met(`the reference '${value}' obeys`, at);
      else yield violated({ because: `a reference in referenceIdList: ${found.join('; ')}`, expected, found: `'${value}'`, at, remedy });
    }
  });

export const cxiForm = rule({
  id: 'ASY-META-035',
  of: () => true,
  none: 'no DocumentEntry has a referenceIdList',
  problems: ({ problems }) => problems,
  expected: 'id^^^&OID&ISO^type, id^^^namespace^type, or id^^^^type where the id is unique by itself',
  remedy: 'Put the identifier type into component 5, and fill no component but 1, 4 and 5.',
});

const UID_TYPES = [REFERENCE_TYPES.studyInstanceUid, ...WORKFLOW_INSTANCE_TYPES];

export const uidReferences = rule({
  id: 'ASY-META-036',
  of: (type) => UID_TYPES.includes(type),
  none: 'no reference names a DICOM study or a workflow instance',
  problems: ({ id, authority }) => [
    ...(authorityText(authority) === 'no authority' ? [] : [`an assigning authority is given (${authorityText(authority)})`]),
    ...(isOid(id) ? [] : [`component 1 ('${id}') is no UID`]),
  ],
  expected: 'UID^^^^type',
  remedy: 'A UID is unique by itself: leave component 4 empty.',
});

export const authorityNeeded = rule({
  id: 'ASY-META-095',
  of: (type) => TYPES_WITH_AUTHORITY.includes(type),
  none: 'no reference names an order, a referral or an encounter',
  problems: ({ authority }) => (authorityText(authority) === 'no authority' ? ['component 4 is empty'] : []),
  expected: 'number^^^authority^type',
  remedy: 'Name who assigned the number.',
});
