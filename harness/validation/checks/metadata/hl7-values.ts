/** The HL7 data types of metadata values: ITI TF-3 Table 4.2.3.1.7-2. */
import type { Observation } from '../../../contracts.js';
import type { Submission } from '../../../formats/model.js';
import { met, notApplicable, violated } from '../../define.js';
import { authorityProblems, components, foreignEscapes, isOid, parseCx, parseDtm } from '../../hl7-types.js';
import { defineSubmissionCheck, list, named, slotPlace, slotsOf, valuesOf } from '../../metadata.js';
import { cxValues, dtmValues, hl7Values, xcnValues, xonValues, type TypedValue } from '../../metadata-values.js';

interface Form {
  id: string;
  type: string;
  values: (submission: Submission) => TypedValue[];
  /** What breaks the rule; undefined: the rule speaks of nothing in this value. */
  problems: (value: string) => string[] | undefined;
  expected: string;
  remedy: string;
}

/** A rule on the form of each value of a type. Each value is judged in a place of its own. */
const form = ({ id, type, values, problems, expected, remedy }: Form) =>
  defineSubmissionCheck(id, function* (submission): Iterable<Observation> {
    let judged = 0;
    for (const { attribute, value, at } of values(submission)) {
      const found = problems(value);
      if (found === undefined) continue;
      judged++;
      if (found.length === 0) yield met(`${attribute} '${value}' obeys`, at);
      else yield violated({ because: `${attribute}: ${found.join('; ')}`, expected, found: `'${value}'`, at, remedy });
    }
    if (judged === 0) yield notApplicable(`the submission has no ${type} that this rule speaks of`);
  });

export const cxForm = form({
  id: 'ASY-META-019',
  type: 'CX value',
  values: cxValues,
  problems: (value) => parseCx(value).problems,
  expected: 'id^^^&OID&ISO, and no other component or subcomponent',
  remedy: 'Name the assigning authority by its OID alone, and leave check digit, namespace and identifier type out.',
});

const nameOrId = (value: string): string[] => {
  const [id = '', family = ''] = components(value);
  return id === '' && family.replaceAll('&', '') === '' ? ['neither an identifier (component 1) nor a family name (component 2) is given'] : [];
};

export const xcnNameOrId = form({
  id: 'ASY-META-020',
  type: 'XCN value',
  values: xcnValues,
  problems: nameOrId,
  expected: 'id^family^given…, with at least an identifier or a family name',
  remedy: 'Put the family name (or the name of a software agent) into component 2.',
});

export const xcnAuthority = form({
  id: 'ASY-META-021',
  type: 'XCN value with an assigning authority',
  values: xcnValues,
  problems: (value) => {
    const authority = components(value)[8];
    return authority ? authorityProblems(authority) : undefined;
  },
  expected: '&OID&ISO in component 9',
  remedy: 'Name the authority of the person identifier by its OID.',
});

export const xonName = form({
  id: 'ASY-META-022',
  type: 'XON value',
  values: xonValues,
  problems: (value) => {
    const parts = components(value);
    const [, oid = '', type = ''] = (parts[5] ?? '').split('&');
    const problems = parts[0] ? [] : ['component 1 (the name) is empty'];
    if (parts[9] && !isOid(parts[9]) && (oid === '' || type !== 'ISO')) problems.push(`the identifier '${parts[9]}' is no OID, and component 6 names no authority (&OID&ISO)`);
    return problems;
  },
  expected: 'name, name^^^^^^^^^OID, or name^^^^^&OID&ISO^^^^id',
  remedy: 'Give the name always; a local identifier needs the OID of who assigned it in component 6.',
});

export const xonNoOther = form({
  id: 'ASY-META-023',
  type: 'XON value',
  values: xonValues,
  problems: (value) => components(value).flatMap((part, index) => (part === '' || [0, 5, 9].includes(index) ? [] : [`component ${index + 1} is filled ('${part}')`])),
  expected: 'only the components 1, 6 and 10 filled',
  remedy: 'Leave all other components of the organisation empty.',
});

export const dtmForm = form({
  id: 'ASY-META-024',
  type: 'time',
  values: dtmValues,
  problems: (value) => (parseDtm(value) ? [] : ['the value is no DTM']),
  expected: 'YYYY[MM[DD[hh[mm[ss]]]]] in UTC, a date that the calendar has, without fraction and zone',
  remedy: 'Convert the time to UTC and write digits only.',
});

/** A lone backslash is to be written \E\; decided apart from formatting, since the entry asks for the latter. */
export const escapes = defineSubmissionCheck('ASY-META-069', function* (submission) {
  const values = hl7Values(submission);
  if (values.length === 0) {
    yield notApplicable('the submission has no value that follows HL7 encoding rules');
    return;
  }
  const wrong = values.map((typed) => ({ ...typed, ...foreignEscapes(typed.value) })).filter(({ formatting, bare }) => formatting.length > 0 || bare);
  if (wrong.length === 0) yield met(`${values.length} values use no escape sequence but those of the separators`);
  for (const { attribute, value, at, formatting } of wrong) {
    yield violated({
      because: formatting.length > 0 ? `${attribute} has the escape sequence ${list(formatting)}` : `${attribute} has an escape character that begins no escape sequence`,
      expected: 'only \\F\\, \\S\\, \\R\\, \\T\\ and \\E\\',
      found: `'${value}'`,
      at,
      remedy: 'Take formatting out, and write separators and the backslash as data by their escape sequences.',
      ...(formatting.length === 0 && { atMost: 'warning' as const }),
    });
  }
});

/** ITI TF-3 4.2.3.2.14. */
export const legalAuthenticator = defineSubmissionCheck('ASY-META-082', function* (submission) {
  const entries = submission.documentEntries.filter((entry) => slotsOf(entry, 'legalAuthenticator').length > 0);
  if (entries.length === 0) yield notApplicable('no DocumentEntry gives a legalAuthenticator');
  for (const entry of entries) {
    const values = valuesOf(entry, 'legalAuthenticator');
    const authority = components(values[0] ?? '')[8];
    const problems = values.length === 1 ? [...nameOrId(values[0] ?? ''), ...(authority ? authorityProblems(authority) : [])] : [`there are ${values.length} values`];
    const place = slotPlace(submission, entry, 'legalAuthenticator');
    if (problems.length === 0) yield met(`legalAuthenticator of ${named(entry)} is one person`, place);
    else
      yield violated({
        because: `legalAuthenticator of ${named(entry)}: ${problems.join('; ')}`,
        expected: 'one value in XCN form',
        found: list(values),
        at: place,
        remedy: 'Name the one person who is legally responsible.',
      });
  }
});
