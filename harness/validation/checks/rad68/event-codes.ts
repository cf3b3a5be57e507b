/** eventCodeList of a manifest: acquisition modalities (CID 29) and anatomic regions (CID 4): RAD TF-2 4.68.4.1.2.3.2. */
import type { JudgeContext, Observation } from '../../../contracts.js';
import type { Classification, RegistryObject } from '../../../formats/model.js';
import { met, notApplicable, notExercised, undecidable, violated } from '../../define.js';
import { isInStudy, namedRegion, regionsOf, regionsText } from '../../imaging/regions.js';
import { studyFacts } from '../../imaging/study-facts.js';
import { defineManifestEntryCheck } from '../../manifest-entries.js';
import { isDcm, isPrescribed, namedModality, prescribedText } from '../../metadata-codes.js';
import { at, codesOf, codeText, named } from '../../metadata.js';
import { isAcquisitionModality, modalityMeaning } from '../../tables/acquisition-modalities.js';
import { DCM_UID } from '../../tables/coding-schemes.js';

const NO_STUDY = 'no study was delivered, so what it holds is not known independently';
const events = (entry: RegistryObject): Classification[] => codesOf(entry, 'eventCodeList');
const facts = (context: JudgeContext) => studyFacts(context);
const modalitiesIn = (entry: RegistryObject): string[] => events(entry).flatMap((code) => namedModality(code) ?? []);

export const modalities = defineManifestEntryCheck('RAD68-019', facts, function* (entry, study, submission): Iterable<Observation> {
  const acquired = study?.modalities.filter(isAcquisitionModality);
  if (!acquired) {
    yield notExercised(NO_STUDY);
    return;
  }
  if (acquired.length === 0) {
    yield notApplicable('no series of the study has a modality of CID 29');
    return;
  }
  const given = modalitiesIn(entry);
  const missing = acquired.filter((modality) => !given.includes(modality));
  const extra = events(entry).filter((code) => isDcm(code) && namedModality(code) && !acquired.includes(namedModality(code) ?? ''));
  if (missing.length === 0 && extra.length === 0) {
    yield met(`eventCodeList of ${named(entry)} names ${acquired.join(', ')}`, at(submission, events(entry)[0] ?? entry));
    return;
  }
  yield violated({
    because: `eventCodeList of ${named(entry)} ${[...(missing.length > 0 ? [`does not name ${missing.join(', ')}`] : []), ...(extra.length > 0 ? [`names ${extra.map(codeText).join(', ')}, which the study does not have`] : [])].join(' and ')}`,
    expected: `one code of scheme ${DCM_UID} for each of ${acquired.join(', ')}`,
    found: events(entry).map(codeText).join(', ') || 'no event code',
    at: at(submission, extra[0] ?? entry),
    remedy: 'Collect Modality (0008,0060) over all series of the study; PR, KO, SR and SEG do not count.',
  });
});

export const oneCodePerModality = defineManifestEntryCheck('ASY-RAD68-014', facts, function* (entry, study, submission): Iterable<Observation> {
  const acquired = study?.modalities.filter(isAcquisitionModality);
  if (!acquired || acquired.length < 2) {
    yield acquired ? notApplicable(`the study has ${acquired.length} acquisition modality`) : notExercised(NO_STUDY);
    return;
  }
  const given = modalitiesIn(entry);
  if (given.length === acquired.length) {
    yield met(`${named(entry)} has ${given.length} event codes for as many modalities`, at(submission, events(entry)[0] ?? entry));
    return;
  }
  yield violated({
    because: `${named(entry)} has ${given.length} event codes of CID 29, the study ${acquired.length} acquisition modalities`,
    expected: `one Classification for each of ${acquired.join(', ')}`,
    found: events(entry).map(codeText).join(', ') || 'no event code',
    at: at(submission, events(entry)[0] ?? entry),
    remedy: 'Repeat the whole Classification for each modality; one Classification holds one code.',
  });
});

export const anatomicRegion = defineManifestEntryCheck('ASY-RAD68-004', facts, function* (entry, study, submission): Iterable<Observation> {
  if (!study) {
    yield notExercised(NO_STUDY);
    return;
  }
  const regions = regionsOf(study);
  const unclear = regions.unmapped.length > 0 || regions.unknownTerms.length > 0;
  if (regions.regions.length === 0 && !unclear) {
    yield notApplicable('the study names no anatomic region');
    return;
  }
  const matching = events(entry).find((code) => isInStudy(code, regions));
  if (matching) {
    yield met(`eventCodeList names the region by ${codeText(matching)}`, at(submission, matching));
    return;
  }
  const other = events(entry).find((code) => namedRegion(code));
  if (unclear && other) {
    yield undecidable(`eventCodeList names the region ${namedRegion(other)?.name}; whether that is what the study calls ${regionsText(regions)} cannot be told`, at(submission, other));
    return;
  }
  yield violated({
    because: other ? `eventCodeList names the region ${namedRegion(other)?.name}, not the one of the study` : 'eventCodeList names no anatomic region, although the study does',
    expected: `a code of CID 4 for ${regionsText(regions)}`,
    found: events(entry).map(codeText).join(', ') || 'no event code',
    at: at(submission, other ?? entry),
    remedy: 'Map Anatomic Region Sequence (0008,2218) or Body Part Examined (0018,0015) to a code of CID 4.',
    // A term that is none of DICOM's leaves open which code there would be for it.
    ...(regions.regions.length === 0 && regions.unmapped.length === 0 && { atMost: 'warning' as const }),
  });
});

export const nothingForeign = defineManifestEntryCheck('ASY-RAD68-005', facts, function* (entry, study, submission): Iterable<Observation> {
  if (!study) {
    yield notExercised(NO_STUDY);
    return;
  }
  const regions = regionsOf(study);
  const codes = events(entry).filter((code) => (isDcm(code) && namedModality(code)) || namedRegion(code));
  if (codes.length === 0) yield notApplicable(`${named(entry)} has no event code for a modality or a region`);
  for (const code of codes) {
    const region = namedRegion(code);
    if (region ? isInStudy(code, regions) : study.modalities.includes(namedModality(code) ?? '')) yield met(`${codeText(code)} is of the study`, at(submission, code));
    else if (region && (regions.unmapped.length > 0 || regions.unknownTerms.length > 0)) yield undecidable(`whether ${region.name} is what the study calls ${regionsText(regions)} cannot be told`, at(submission, code));
    else
      yield violated({
        because: `eventCodeList names ${region ? `the region ${region.name}` : `the modality ${code.nodeRepresentation}`}, which the study does not have`,
        expected: region ? `only ${regionsText(regions)}` : `only ${study.modalities.join(', ')}`,
        found: codeText(code),
        at: at(submission, code),
        remedy: 'Take the event codes from the instances that the manifest refers to.',
        // The sender may know a region that its images leave open.
        ...(region && regions.regions.length === 0 && { atMost: 'warning' as const }),
      });
  }
});

export const imagingScheme = defineManifestEntryCheck(
  'ASY-RAD68-010',
  ({ sut }) => sut.domain.codes.eventCodeList ?? [],
  function* (entry, prescribed, submission): Iterable<Observation> {
    const codes = events(entry).filter((code) => namedModality(code));
    if (codes.length === 0) yield notApplicable(`${named(entry)} has no event code for a modality`);
    for (const code of codes) {
      if (isDcm(code) || isPrescribed(code, prescribed)) yield met(`${codeText(code)} is in the scheme of the DICOM terminology or one that the domain fixes`, at(submission, code));
      else
        yield violated({
          because: 'the event code of a modality is in another scheme than the DICOM terminology',
          expected: prescribed.length > 0 ? prescribedText(prescribed) : `scheme ${DCM_UID} (or the designator DCM)`,
          found: codeText(code),
          at: at(submission, code),
          remedy: 'Use the UID of the DICOM controlled terminology as coding scheme.',
        });
    }
  },
);

const plain = (text: string | undefined): string => (text ?? '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/** Display names never decide (requirements, decision 25): a wrong one warns. */
export const displayNames = defineManifestEntryCheck('RAD68-021', () => undefined, function* (entry, _, submission): Iterable<Observation> {
  const codes = events(entry).flatMap((code) => {
    const meaning = namedRegion(code)?.name ?? (isDcm(code) ? modalityMeaning(code.nodeRepresentation?.trim() ?? '') : undefined);
    return meaning === undefined ? [] : [{ code, meaning }];
  });
  if (codes.length === 0) yield notApplicable(`${named(entry)} has no event code of CID 29 or CID 4`);
  for (const { code, meaning } of codes) {
    if (plain(code.displayName) === plain(meaning)) yield met(`${codeText(code)} is shown as '${code.displayName}'`, at(submission, code));
    else
      yield violated({
        because: `the display name of the event code ${codeText(code)} is not its code meaning`,
        expected: `'${meaning}'`,
        found: `'${code.displayName ?? ''}'`,
        at: at(submission, code),
        remedy: `Write the code meaning of ${namedRegion(code) ? 'CID 4' : 'CID 29'}, each with its own code.`,
        atMost: 'warning',
      });
  }
});
