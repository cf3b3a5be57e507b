/** Codes that the affinity domain prescribes, and the format of a manifest: RAD TF-2 4.68.4.1.2.3.2. */
import type { JudgeContext, Observation } from '../../../contracts.js';
import type { RegistryObject, Submission } from '../../../formats/model.js';
import { met, notApplicable, notExercised, violated } from '../../define.js';
import { defineManifestEntryCheck, overManifestEntries } from '../../manifest-entries.js';
import { isPrescribed, prescribedText } from '../../metadata-codes.js';
import { at, codesOf, codeText, defineSubmissionCheck, named, overEntries, schemeOf } from '../../metadata.js';
import { DICOM_UID_REGISTRY } from '../../tables/coding-schemes.js';
import { IMAGING_SPECIALTIES } from '../../tables/imaging-specialties.js';
import { KEY_OBJECT_SELECTION_DOCUMENT } from '../../tables/key-object.js';
import type { CodedAttribute } from '../../tables/metadata.js';

/** Each code of the attribute is one that the domain lists. That a code is there at all is for ASY-META-004 to -009. */
function* asPrescribed(submission: Submission, entry: RegistryObject, attribute: CodedAttribute, { sut }: JudgeContext): Iterable<Observation> {
  const prescribed = sut.domain.codes[attribute] ?? [];
  const codes = codesOf(entry, attribute);
  if (prescribed.length === 0) yield notApplicable(`the affinity domain of the SUT file prescribes no ${attribute}`);
  else if (codes.length === 0) yield notApplicable(`${named(entry)} has no ${attribute}`);
  else
    for (const code of codes) {
      if (isPrescribed(code, prescribed)) yield met(`${attribute} is ${codeText(code)}, as prescribed`, at(submission, code));
      else
        yield violated({
          because: `${attribute} of ${named(entry)} is not a code of the affinity domain`,
          expected: prescribedText(prescribed),
          found: codeText(code),
          at: at(submission, code),
          remedy: `Configure the code set of the affinity domain; it stands in the SUT file under domain.codes.${attribute}.`,
        });
    }
}

export const practiceSetting = defineSubmissionCheck('ASY-RAD68-017', (submission, context) =>
  overEntries(submission, (entry) => asPrescribed(submission, entry, 'practiceSettingCode', context)),
);

export const imagingClass = defineSubmissionCheck('ASY-RAD68-018', (submission, context) =>
  overManifestEntries(submission, (entry) => asPrescribed(submission, entry, 'classCode', context)),
);

export const facilityAndConfidentiality = defineSubmissionCheck('ASY-RAD68-019', (submission, context) =>
  overEntries(submission, function* (entry) {
    yield* asPrescribed(submission, entry, 'healthcareFacilityTypeCode', context);
    yield* asPrescribed(submission, entry, 'confidentialityCode', context);
  }),
);

export const imagingSpecialty = defineSubmissionCheck('ASY-RAD68-021', (submission, { sut }) =>
  overEntries(submission, function* (entry) {
    const prescribed = sut.domain.codes.practiceSettingCode ?? [];
    const codes = codesOf(entry, 'practiceSettingCode');
    if (codes.length === 0) yield notApplicable(`${named(entry)} has no practiceSettingCode`);
    for (const code of codes) {
      const listed = prescribed.length > 0 ? isPrescribed(code, prescribed) : IMAGING_SPECIALTIES.has(code.nodeRepresentation ?? '');
      if (listed) yield met(`practiceSettingCode names the imaging specialty by ${codeText(code)}`, at(submission, code));
      else if (prescribed.length === 0) yield notExercised(`whether ${codeText(code)} names an imaging specialty cannot be told without the code set of the domain`, at(submission, code));
      else
        yield violated({
          because: 'practiceSettingCode names no imaging specialty of the domain',
          expected: prescribedText(prescribed),
          found: codeText(code),
          at: at(submission, code),
          remedy: 'Name the department where the images were made.',
          atMost: 'warning',
        });
    }
  }),
);

const nothing = (): undefined => undefined;

export const manifestFormat = defineManifestEntryCheck('RAD68-022', nothing, function* (entry, _, submission) {
  const codes = codesOf(entry, 'formatCode');
  if (codes.length === 0) yield notApplicable(`${named(entry)} has no formatCode; ASY-META-006 speaks of that`);
  for (const code of codes) {
    if (code.nodeRepresentation === KEY_OBJECT_SELECTION_DOCUMENT && schemeOf(code) === DICOM_UID_REGISTRY) yield met(`formatCode is ${codeText(code)}`, at(submission, code));
    else
      yield violated({
        because: 'formatCode of the manifest is not that of a Key Object Selection Document',
        expected: `'${KEY_OBJECT_SELECTION_DOCUMENT}' in scheme '${DICOM_UID_REGISTRY}'`,
        found: codeText(code),
        at: at(submission, code),
        remedy: 'Use the SOP Class UID as code and the DICOM UID registry as coding scheme.',
      });
  }
});

const plain = (text: string | undefined): string => (text ?? '').toLowerCase().replace(/[^a-z]+/g, ' ').trim();
const FORMAT_TEXTS = ['key object selection document', 'key object selection document storage', 'key object selection'];

export const manifestFormatText = defineManifestEntryCheck('ASY-RAD68-020', nothing, function* (entry, _, submission) {
  const codes = codesOf(entry, 'formatCode').filter(({ nodeRepresentation }) => nodeRepresentation === KEY_OBJECT_SELECTION_DOCUMENT);
  if (codes.length === 0) yield notApplicable(`${named(entry)} has no formatCode of a Key Object Selection Document`);
  for (const code of codes) {
    if (FORMAT_TEXTS.includes(plain(code.displayName))) yield met(`the display text of formatCode is '${code.displayName}'`, at(submission, code));
    else
      yield violated({
        because: 'the display text of formatCode is not that of its class',
        expected: "'Key Object Selection Document'",
        found: `'${code.displayName ?? ''}'`,
        at: at(submission, code),
        remedy: 'Write the name of the SOP class; code and scheme are what decides.',
        atMost: 'warning',
      });
  }
});
