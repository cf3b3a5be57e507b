/** Accession number and study in referenceIdList: RAD TF-2 4.68.4.1.2.3.2, ITI TF-3 Table 4.2.3.1.7-2. */
import type { JudgeContext, Observation } from '../../../contracts.js';
import { manifestView } from '../../../formats/manifest.js';
import type { RegistryObject } from '../../../formats/model.js';
import { defineCheck, met, notApplicable, notExercised, undecidable, violated } from '../../define.js';
import { authorityText, parseCxi, type Identifier } from '../../hl7-types.js';
import { studyFacts } from '../../imaging/study-facts.js';
import { defineManifestEntryCheck } from '../../manifest-entries.js';
import { list, named, slotPlace, valuesOf } from '../../metadata.js';
import { REFERENCE_ID_LIST, REFERENCE_TYPES } from '../../tables/metadata.js';

const referencesOf = (entry: RegistryObject, type: string): Identifier[] => valuesOf(entry, REFERENCE_ID_LIST).map(parseCxi).filter((reference) => reference.type === type);

/** The study's accession numbers: of the delivered images, else as the scenario gives it. */
async function accessions(context: JudgeContext): Promise<{ numbers: string[]; delivered: boolean; authority?: string }> {
  const study = await studyFacts(context);
  const given = context.facts.given.study?.accession;
  const authority = given?.authority ?? context.sut.domain.assigningAuthorities.accession;
  return { numbers: study ? study.accessions : given ? [given.number] : [], delivered: study !== undefined, ...(authority !== undefined && { authority }) };
}

export const accessionReference = defineManifestEntryCheck('ASY-RAD68-003', accessions, function* (entry, { numbers, delivered, authority }, submission): Iterable<Observation> {
  if (numbers.length === 0) {
    yield notExercised(delivered ? 'the study has no accession number' : 'no study was delivered, and the scenario gives no accession number');
    return;
  }
  const references = referencesOf(entry, REFERENCE_TYPES.accession);
  const place = slotPlace(submission, entry, REFERENCE_ID_LIST);
  const expected = numbers.map((number) => `${number}^^^${authority === undefined ? '[authority]' : `&${authority}&ISO`}^${REFERENCE_TYPES.accession}`).join(' or ');
  const own = references.filter(({ id }) => numbers.includes(id.trim()));
  const fitting = own.find(({ authority: given, problems }) => problems.length === 0 && (authority === undefined || (given.universalId === authority && given.universalIdType === 'ISO')));
  if (fitting) {
    yield met(`referenceIdList of ${named(entry)} names the accession ${fitting.id} with ${authorityText(fitting.authority)}`, place);
    return;
  }
  yield violated({
    because:
      references.length === 0
        ? `referenceIdList of ${named(entry)} names no accession, as the programme asks of each manifest`
        : own.length === 0
          ? 'no accession in referenceIdList is the one of the study'
          : 'the accession in referenceIdList lacks its assigning authority, or names another one',
    expected,
    found: list(valuesOf(entry, REFERENCE_ID_LIST)),
    at: place,
    remedy: 'Add the accession number as CXi value with the OID of who assigned it (SUT file: domain.assigningAuthorities.accession).',
  });
});

export const accessionNumber = defineManifestEntryCheck(
  'ASY-RAD68-029',
  async (context) => {
    const { numbers } = await accessions(context);
    if (numbers.length > 0) return numbers;
    // A file alone: the manifest says which study it speaks of.
    const dataset = (await context.view(context.message.raw, manifestView))?.object.dataset;
    return [dataset?.text('00080050'), ...(dataset?.items('0040A370') ?? []).map((item) => item.text('00080050'))].flatMap((number) => (number?.trim() ? [number.trim()] : []));
  },
  function* (entry, numbers, submission): Iterable<Observation> {
    const references = referencesOf(entry, REFERENCE_TYPES.accession);
    const place = slotPlace(submission, entry, REFERENCE_ID_LIST);
    if (references.length === 0) yield notApplicable(`${named(entry)} names no accession in referenceIdList`);
    else if (numbers.length === 0) yield notExercised('the study has no accession number to compare with', place);
    else
      for (const { id } of references) {
        if (numbers.includes(id.trim())) yield met(`the accession ${id} is that of the study`, place);
        else
          yield violated({
            because: 'referenceIdList names an accession number that is not of the study',
            expected: list(numbers),
            found: `'${id}'`,
            at: place,
            remedy: 'Take Accession Number (0008,0050) of the images.',
          });
      }
  },
);

export const studyReference = defineCheck('ASY-RAD68-028', manifestView, function* ({ entry, references, submission }) {
  if (!entry) {
    yield undecidable('the manifest has no DocumentEntry to compare with');
    return;
  }
  const ofStudies = referencesOf(entry, REFERENCE_TYPES.studyInstanceUid);
  const studies = [...new Set(references.map(({ study }) => study))];
  const place = slotPlace(submission, entry, REFERENCE_ID_LIST);
  if (ofStudies.length === 0) yield notApplicable(`${named(entry)} names no study in referenceIdList`);
  else if (studies.length === 0) yield undecidable('to which study the manifest refers cannot be told', place);
  else
    for (const { id } of ofStudies) {
      if (studies.includes(id)) yield met(`the study ${id} is the one to which the manifest refers`, place);
      else
        yield violated({
          because: 'referenceIdList names another study than the manifest',
          expected: list(studies),
          found: `'${id}'`,
          at: place,
          remedy: 'Take the Study Instance UID of the evidence sequence (0040,A375).',
        });
    }
});
