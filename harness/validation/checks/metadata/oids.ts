import type { Location } from '../../../contracts.js';
import type { Submission } from '../../../formats/model.js';
import { met, notApplicable, notExercised, violated } from '../../define.js';
import { components, hasUnknownRoot, isOid, looksLikeOid, OID_MAX_LENGTH } from '../../hl7-types.js';
import { at, defineSubmissionCheck, identifiersOf, named, overEntries, slotPlace, slotsOf, valuesOf } from '../../metadata.js';
import { cxiValues, cxValues, xcnValues, xonValues } from '../../metadata-values.js';

interface Candidate {
  what: string;
  oid: string;
  at: Location;
}

/** Authorities of the universal id type ISO, in a component of a value. */
const authorities = (values: ReturnType<typeof cxValues>, component: number): Candidate[] =>
  values.flatMap(({ attribute, value, at: place }) => {
    const [, oid = '', type = ''] = (components(value)[component - 1] ?? '').split('&');
    return oid !== '' && type === 'ISO' ? [{ what: `the assigning authority of ${attribute}`, oid, at: place }] : [];
  });

/** Every place whose type is OID; where another form is allowed too, what is written in digits and dots. */
function candidates(submission: Submission): Candidate[] {
  const sets = submission.submissionSets.flatMap((set) =>
    (['SubmissionSet.uniqueId', 'SubmissionSet.sourceId'] as const).flatMap((attribute) =>
      identifiersOf(set, attribute).map((identifier) => ({ what: attribute, oid: identifier.value?.trim() ?? '', at: at(submission, identifier) })),
    ),
  );
  const entries = submission.documentEntries.flatMap((entry) =>
    identifiersOf(entry, 'DocumentEntry.uniqueId')
      .map((identifier) => ({ what: 'DocumentEntry.uniqueId', oid: identifier.value?.trim() ?? '', at: at(submission, identifier) }))
      .filter(({ oid }) => looksLikeOid(oid)),
  );
  const organisations = xonValues(submission)
    .map(({ attribute, value, at: place }) => ({ what: `the identifier of ${attribute}`, oid: components(value)[9] ?? '', at: place }))
    .filter(({ oid }) => looksLikeOid(oid));
  return [
    ...sets,
    ...entries,
    ...authorities(cxValues(submission), 4),
    ...authorities(cxiValues(submission), 4),
    ...authorities(xcnValues(submission), 9),
    ...authorities(xonValues(submission), 6),
    ...organisations,
  ];
}

/** ITI TF-3 Table 4.2.3.1.7-2, OID; ITI TF-2 Appendix B. */
export const oidForm = defineSubmissionCheck('ASY-META-017', function* (submission) {
  const all = candidates(submission);
  if (all.length === 0) {
    yield notExercised('the submission holds no OID');
    return;
  }
  const wrong = all.filter(({ oid }) => !isOid(oid) || hasUnknownRoot(oid));
  if (wrong.length === 0) {
    yield met(`${all.length} OIDs are well-formed`);
    return;
  }
  for (const { what, oid, at: place } of wrong) {
    yield violated({
      because: isOid(oid) ? `${what} begins with an arc that no registered OID has` : `${what} is no well-formed OID`,
      expected: `integers joined by dots, the first 0, 1 or 2, none with a leading zero, at most ${OID_MAX_LENGTH} characters`,
      found: `'${oid}'${oid.length > OID_MAX_LENGTH ? ` (${oid.length} characters)` : ''}`,
      at: place,
      remedy: 'Assign identifiers below a registered root, arc by arc as numbers.',
      ...(isOid(oid) && { atMost: 'warning' as const }),
    });
  }
});

/** ITI TF-3 4.2.3.2.18: required where a repository registers, its form wherever it is given. */
export const repositoryUniqueId = defineSubmissionCheck('ASY-META-034', (submission) =>
  overEntries(submission, function* (entry) {
    const place = slotPlace(submission, entry, 'repositoryUniqueId');
    const values = valuesOf(entry, 'repositoryUniqueId');
    const registers = submission.message.payload?.local !== 'ProvideAndRegisterDocumentSetRequest';
    if (slotsOf(entry, 'repositoryUniqueId').length === 0 && !registers) {
      yield notApplicable(`${named(entry)} has no repositoryUniqueId: it is optional in ITI-41`);
      return;
    }
    if (values.length === 1 && isOid(values[0] ?? '')) {
      yield met(`repositoryUniqueId of ${named(entry)} is the OID ${values[0]}`, place);
      return;
    }
    yield violated({
      because: `${named(entry)} has ${values.length === 0 ? 'no repositoryUniqueId' : values.length > 1 ? `${values.length} values of repositoryUniqueId` : 'a repositoryUniqueId that is no OID'}`,
      expected: 'one OID of at most 64 characters, without prefix',
      found: values.join(', ') || 'none',
      at: place,
      remedy: "Write the repository's OID as plain digits and dots.",
    });
  }),
);
