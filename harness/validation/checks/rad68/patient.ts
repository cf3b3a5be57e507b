/** Whose images these are: RAD TF-2 4.68.4.1.2.3.2, ITI TF-3 4.2.3.2.16, 4.2.3.2.22, 4.2.3.2.23. */
import type { JudgeContext, Observation } from '../../../contracts.js';
import { manifestView } from '../../../formats/manifest.js';
import { met, notApplicable, notExercised, violated } from '../../define.js';
import { components, parseCx, sameIdentifier, unescape } from '../../hl7-types.js';
import { nameGroups } from '../../imaging/person-name.js';
import { studyFacts } from '../../imaging/study-facts.js';
import { at, defineSubmissionCheck, identifiersOf, identifierValue, named, overEntries, overSubmissionSets, slotPlace, slotsOf, valuesOf } from '../../metadata.js';

const NO_MAPPING = "the scenario does not say what the patient's affinity-domain identifier is";

export const domainPatientId = defineSubmissionCheck('ASY-RAD68-008', (submission, { facts }) =>
  overEntries(submission, function* (entry) {
    const patient = facts.given.patient;
    const value = identifierValue(entry, 'DocumentEntry.patientId');
    if (!patient || value === undefined) {
      yield patient ? notApplicable(`${named(entry)} has no patientId; ASY-META-003 speaks of that`) : notExercised(NO_MAPPING);
      return;
    }
    const place = at(submission, identifiersOf(entry, 'DocumentEntry.patientId')[0] ?? entry);
    if (sameIdentifier(value, patient.domainId)) yield met(`patientId is the affinity-domain identifier ${value}`, place);
    else
      yield violated({
        because: `patientId is ${parseCx(value).id === parseCx(patient.departmentalId).id ? 'the departmental identifier' : 'another identifier'}, not that of the affinity domain`,
        expected: patient.domainId,
        found: value,
        at: place,
        remedy: 'Look the domain identifier up (PIX, PDQ or configuration); the Patient ID of the images belongs in sourcePatientId.',
      });
  }),
);

export const submissionSetPatient = defineSubmissionCheck('ISV-009', (submission, { facts }) =>
  overSubmissionSets(submission, function* (set) {
    const patient = facts.given.patient;
    const value = identifierValue(set, 'SubmissionSet.patientId');
    if (!patient || value === undefined) {
      yield patient ? notApplicable(`${named(set)} has no patientId; ASY-META-042 speaks of that`) : notExercised(NO_MAPPING);
      return;
    }
    const place = at(submission, identifiersOf(set, 'SubmissionSet.patientId')[0] ?? set);
    const ofEntries = submission.documentEntries.flatMap((entry) => identifierValue(entry, 'DocumentEntry.patientId') ?? []);
    const other = ofEntries.find((each) => !sameIdentifier(each, value));
    if (sameIdentifier(value, patient.domainId) && other === undefined) yield met(`SubmissionSet.patientId is the affinity-domain identifier ${value}, as in the DocumentEntry`, place);
    else
      yield violated({
        because: sameIdentifier(value, patient.domainId) ? 'SubmissionSet and DocumentEntry name different patients' : 'SubmissionSet.patientId is not the affinity-domain identifier of the patient',
        expected: patient.domainId,
        found: `${value}${other === undefined ? '' : ` and, in the DocumentEntry, ${other}`}`,
        at: place,
        remedy: 'Give the affinity-domain identifier in both places.',
      });
  }),
);

export const departmentalId = defineSubmissionCheck('ASY-RAD68-030', async function* (submission, context) {
  const study = await studyFacts(context);
  const given = context.facts.given.patient && parseCx(context.facts.given.patient.departmentalId);
  const ids = study?.patientIds.length ? study.patientIds : given ? [given.id] : [];
  const issuer = given?.authority.universalId || context.sut.domain.assigningAuthorities.departmental;
  yield* overEntries(submission, function* (entry): Iterable<Observation> {
    const [value] = valuesOf(entry, 'sourcePatientId');
    if (ids.length === 0 || value === undefined) {
      yield ids.length > 0 ? notApplicable(`${named(entry)} has no sourcePatientId; ASY-META-012 speaks of that`) : notExercised('neither a delivered study nor the scenario says what the departmental Patient ID is');
      return;
    }
    const { id, authority } = parseCx(value);
    const place = slotPlace(submission, entry, 'sourcePatientId');
    if (ids.includes(id) && (!issuer || authority.universalId === issuer)) yield met(`sourcePatientId is the departmental identifier ${value}`, place);
    else
      yield violated({
        because: ids.includes(id) ? 'sourcePatientId names another issuer than the department' : 'sourcePatientId is not the Patient ID of the images',
        expected: ids.map((each) => `${each}^^^&${issuer ?? 'OID of the issuer'}&ISO`).join(' or '),
        found: value,
        at: place,
        remedy: 'Take Patient ID (0010,0020) and the OID of who issued it.',
      });
  });
});

/** HL7 and DICOM order prefix and suffix differently: family and given name are compared. */
const familyAndGiven = (name: string): string => {
  const [family = '', givenName = ''] = (nameGroups(name)[0] ?? '').split('^');
  return `${family}^${givenName}`.normalize('NFC').toLowerCase();
};
const ofHl7 = (value: string): string => components(value).slice(0, 2).map((part) => unescape(part.split('&')[0] ?? '')).join('^');

async function patientsOf(context: JudgeContext): Promise<{ name: string; birthDate: string; sex: string }[]> {
  const study = await studyFacts(context);
  if (study) return study.patients;
  const dataset = (await context.view(context.message.raw, manifestView))?.object.dataset;
  const text = (tag: string): string => dataset?.text(tag)?.trim() ?? '';
  return dataset ? [{ name: text('00100010'), birthDate: text('00100030'), sex: text('00100040') }] : [];
}

export const patientInfo = defineSubmissionCheck('ASY-RAD68-009', async function* (submission, context) {
  const patients = await patientsOf(context);
  yield* overEntries(submission, function* (entry): Iterable<Observation> {
    const values = valuesOf(entry, 'sourcePatientInfo');
    const fields = (name: string): string[] => values.filter((value) => value.startsWith(`${name}|`)).flatMap((value) => value.slice(name.length + 1).split('~'));
    if (slotsOf(entry, 'sourcePatientInfo').length === 0 || patients.length === 0) {
      yield patients.length === 0 ? notExercised('no patient module is known to compare with') : notApplicable(`${named(entry)} gives no sourcePatientInfo`);
      return;
    }
    const differs = (given: string[], known: string[]): boolean => given.length > 0 && known.length > 0 && !given.some((each) => known.includes(each));
    const different = [
      ...(differs(fields('PID-5').map((each) => familyAndGiven(ofHl7(each))), patients.map(({ name }) => name).filter(Boolean).map(familyAndGiven)) ? ['PID-5 (name)'] : []),
      ...(differs(fields('PID-7').map((each) => each.slice(0, 8)).filter(Boolean), patients.map(({ birthDate }) => birthDate).filter(Boolean)) ? ['PID-7 (birth date)'] : []),
      ...(differs(fields('PID-8').filter(Boolean), patients.map(({ sex }) => sex).filter(Boolean)) ? ['PID-8 (sex)'] : []),
    ];
    const place = slotPlace(submission, entry, 'sourcePatientInfo');
    if (different.length === 0) yield met('sourcePatientInfo agrees with the patient module of the images', place);
    else
      yield violated({
        because: `sourcePatientInfo differs from the patient module of the images in ${different.join(', ')}`,
        expected: patients.map(({ name, birthDate, sex }) => `${name}, ${birthDate}, ${sex}`).join(' or '),
        found: values.join(', '),
        at: place,
        remedy: 'Take name, birth date and sex from the images, unless they were corrected on purpose.',
      });
  });
});

