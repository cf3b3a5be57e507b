/** Every value of an HL7 data type in a submission, with the attribute's name and the place. */
import type { Location } from '../contracts.js';
import type { RegistryObject, Slot, Submission } from '../formats/model.js';
import { recipientParts } from './hl7-types.js';
import { at, identifiersOf, patientIdAttribute, slotsOf, valuePlace } from './metadata.js';
import { AUTHOR_SCHEMES, REFERENCE_ID_LIST } from './tables/metadata.js';

export interface TypedValue {
  /** `DocumentEntry.sourcePatientId` */
  attribute: string;
  value: string;
  at: Location;
}

const ofSlot = (submission: Submission, attribute: string, slot: Slot): TypedValue[] =>
  slot.values.map((value, index) => ({ attribute, value, at: valuePlace(submission, slot, index) }));

const ofSlots = (submission: Submission, objects: readonly RegistryObject[], name: string): TypedValue[] =>
  objects.flatMap((object) => slotsOf(object, name).flatMap((slot) => ofSlot(submission, `${object.kind}.${name.split(':').pop()}`, slot)));

const holders = (submission: Submission): RegistryObject[] => [...submission.documentEntries, ...submission.submissionSets, ...submission.folders];

/** The author Classifications of entries and submission sets. */
export const authorsOf = (submission: Submission) =>
  holders(submission).flatMap((object) =>
    object.classifications.filter(({ classificationScheme }) => AUTHOR_SCHEMES.includes(classificationScheme ?? '')).map((author) => ({ object, author })),
  );

const ofAuthors = (submission: Submission, name: string): TypedValue[] =>
  authorsOf(submission).flatMap(({ object, author }) => slotsOf(author, name).flatMap((slot) => ofSlot(submission, `${object.kind}.author.${name}`, slot)));

const recipients = (submission: Submission, part: 'xon' | 'xcn'): TypedValue[] =>
  ofSlots(submission, submission.submissionSets, 'intendedRecipient')
    .map((typed) => ({ ...typed, value: recipientParts(typed.value)[part] }))
    .filter(({ value }) => value !== '');

/** Type CX: patient identifiers. */
export const cxValues = (submission: Submission): TypedValue[] => [
  ...holders(submission).flatMap((object) =>
    identifiersOf(object, patientIdAttribute(object)).map((identifier) => ({
      attribute: patientIdAttribute(object),
      value: identifier.value?.trim() ?? '',
      at: at(submission, identifier),
    })),
  ),
  ...ofSlots(submission, submission.documentEntries, 'sourcePatientId'),
];

/** Type CXi: references. */
export const cxiValues = (submission: Submission): TypedValue[] => ofSlots(submission, submission.documentEntries, REFERENCE_ID_LIST);

/** Type XCN: persons. */
export const xcnValues = (submission: Submission): TypedValue[] => [
  ...ofAuthors(submission, 'authorPerson'),
  ...ofSlots(submission, submission.documentEntries, 'legalAuthenticator'),
  ...recipients(submission, 'xcn'),
];

/** Type XON: organisations. */
export const xonValues = (submission: Submission): TypedValue[] => [...ofAuthors(submission, 'authorInstitution'), ...recipients(submission, 'xon')];

/** Type Field: PID fields. */
export const patientInfoValues = (submission: Submission): TypedValue[] => ofSlots(submission, submission.documentEntries, 'sourcePatientInfo');

/** Type DTM: times. */
export const dtmValues = (submission: Submission): TypedValue[] => [
  ...['creationTime', 'serviceStartTime', 'serviceStopTime'].flatMap((name) => ofSlots(submission, submission.documentEntries, name)),
  ...ofSlots(submission, submission.submissionSets, 'submissionTime'),
  ...ofSlots(submission, submission.folders, 'lastUpdateTime'),
];

/** Every value that follows HL7 encoding rules. */
export const hl7Values = (submission: Submission): TypedValue[] => [
  ...cxValues(submission),
  ...cxiValues(submission),
  ...xcnValues(submission),
  ...xonValues(submission),
  ...patientInfoValues(submission),
  ...ofAuthors(submission, 'authorTelecommunication'),
];
