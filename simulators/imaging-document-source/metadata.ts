/** Metadata of a manifest (RAD TF-3 table 4.68.4.1.2.3-1; ITI TF-3 tables 4.3.1.1-3 and 4.3.1.2-3). */
import { createHash } from 'node:crypto';
import { association, ASSOCIATION, author, coded, documentEntry, identifier, slot, submissionSet, type CodedValue } from '../emit/ebrim.js';
import { KEY_OBJECT_SELECTION, type ManifestModel } from '../emit/kos.js';
import { dtm } from '../emit/time.js';
import type { XmlNode } from '../emit/xml.js';
import { codedValue, eventCodes, type HeldStudy } from './study.js';
import type { SourceCodes } from './settings.js';

/** A submission before it is written: faults alter it here. */
export interface SubmissionParts {
  entry: XmlNode;
  submissionSet: XmlNode;
  membership: XmlNode;
  /** Everything in the RegistryObjectList, in order. */
  objects: XmlNode[];
  documents: { id: string; contentId: string; mediaType: string; content: Uint8Array }[];
}
export interface SubmissionInput {
  study: HeldStudy;
  manifest: ManifestModel;
  /** The manifest's Part 10 file. */
  file: Uint8Array;
  codes: SourceCodes;
  /** CX of the patient in the affinity domain. */
  patientId: string;
  accessionAuthority: string;
  departmentalAuthority: string;
  sourceId: string;
  submissionSetUid: string;
  now: Date;
}

const ENTRY = 'Document01';
const SET = 'SubmissionSet01';
const FORMAT: CodedValue = { code: KEY_OBJECT_SELECTION, scheme: '1.2.840.10008.2.6.1', display: 'Key Object Selection Document' };

/** HL7 v2 escapes of the separators (HL7 v2.5 section 2.7). */
const ESCAPES: Record<string, string> = { '|': '\\F\\', '&': '\\T\\', '~': '\\R\\', '\\': '\\E\\', '^': '\\S\\' };
export const escapeHl7 = (text: string): string => text.replace(/[|&~\\^]/g, (c) => ESCAPES[c]!);

/** A person's name from DICOM to HL7: prefix and suffix change places (PS3.5 section 6.2.1, HL7 XPN). */
export function xpn(personName: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = (personName.split('=')[0] ?? '').split('^').map((part) => escapeHl7(part.trim()));
  return [family, given, middle, suffix, prefix].join('^').replace(/\^+$/, '');
}

function sourcePatientInfo(study: HeldStudy, sourcePatientId: string): XmlNode {
  const { name, birthDate, sex } = study.header.patient;
  const fields = [`PID-3|${sourcePatientId}`, name && `PID-5|${xpn(name)}`, birthDate && `PID-7|${birthDate}`, sex && `PID-8|${sex}`];
  return slot('sourcePatientInfo', ...fields.filter((f) => f !== ''));
}

function referenceIdList(study: HeldStudy, authority: string): XmlNode {
  const { accession, accessionIssuer, uid } = study.header.study;
  return slot(
    'urn:ihe:iti:xds:2013:referenceIdList',
    ...(accession ? [`${escapeHl7(accession)}^^^&${accessionIssuer ?? authority}&ISO^urn:ihe:iti:xds:2013:accession`] : []),
    `${uid}^^^^urn:ihe:iti:xds:2016:studyInstanceUID`,
  );
}

const authorsOf = (study: HeldStudy, attribute: 'DocumentEntry.author' | 'SubmissionSet.author', parent: string): XmlNode[] =>
  study.institution ? [author(attribute, parent, `${parent}-author`, { authorInstitution: [escapeHl7(study.institution)] })] : [];

function entryOf(input: SubmissionInput): XmlNode {
  const { study, manifest, file, codes } = input;
  const sourcePatientId = `${study.header.patient.id}^^^&${study.header.patient.issuerOid ?? input.departmentalAuthority}&ISO`;
  const code = (attribute: Parameters<typeof coded>[0], value: CodedValue, n = ''): XmlNode => coded(attribute, ENTRY, `${ENTRY}-${attribute.split('.')[1]}${n}`, value);
  return documentEntry({
    id: ENTRY,
    mimeType: 'application/dicom',
    slots: [
      slot('creationTime', dtm(manifest.created)),
      slot('hash', createHash('sha1').update(file).digest('hex')),
      slot('languageCode', 'en-US'),
      ...(study.start ? [slot('serviceStartTime', study.start)] : []),
      ...(study.stop ? [slot('serviceStopTime', study.stop)] : []),
      slot('size', String(file.length)),
      slot('sourcePatientId', sourcePatientId),
      sourcePatientInfo(study, sourcePatientId),
      referenceIdList(study, input.accessionAuthority),
    ],
    title: (study.header.study.description || 'Imaging study').slice(0, 127),
    classifications: [
      ...authorsOf(study, 'DocumentEntry.author', ENTRY),
      code('DocumentEntry.classCode', codes.classCode),
      code('DocumentEntry.confidentialityCode', codes.confidentialityCode),
      ...eventCodes(study).map((e, i) => code('DocumentEntry.eventCodeList', e, `-${i + 1}`)),
      code('DocumentEntry.formatCode', FORMAT),
      code('DocumentEntry.healthcareFacilityTypeCode', codes.healthcareFacilityTypeCode),
      code('DocumentEntry.practiceSettingCode', codes.practiceSettingCode),
      code('DocumentEntry.typeCode', study.procedure ? codedValue(study.procedure) : codes.typeCode),
    ],
    identifiers: [
      identifier('XDSDocumentEntry.patientId', ENTRY, `${ENTRY}-patientId`, input.patientId),
      identifier('XDSDocumentEntry.uniqueId', ENTRY, `${ENTRY}-uniqueId`, manifest.sop),
    ],
  });
}

/** The submission of one manifest. */
export function submissionOf(input: SubmissionInput): SubmissionParts {
  const entry = entryOf(input);
  const set = submissionSet({
    id: SET,
    slots: [slot('submissionTime', dtm(input.now))],
    title: 'Shared images',
    classifications: [...authorsOf(input.study, 'SubmissionSet.author', SET), coded('SubmissionSet.contentTypeCode', SET, `${SET}-contentTypeCode`, input.codes.contentTypeCode)],
    identifiers: [
      identifier('XDSSubmissionSet.patientId', SET, `${SET}-patientId`, input.patientId),
      identifier('XDSSubmissionSet.sourceId', SET, `${SET}-sourceId`, input.sourceId),
      identifier('XDSSubmissionSet.uniqueId', SET, `${SET}-uniqueId`, input.submissionSetUid),
    ],
  });
  const membership = association('Membership01', ASSOCIATION.hasMember, SET, ENTRY, slot('SubmissionSetStatus', 'Original'));
  return {
    entry,
    submissionSet: set,
    membership,
    objects: [entry, set, membership],
    documents: [{ id: ENTRY, contentId: 'manifest@assay', mediaType: 'application/dicom', content: input.file }],
  };
}
