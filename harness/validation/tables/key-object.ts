/** What DICOM lays down for a Key Object Selection Document and RAD-68 for a manifest: PS3.3 A.35.4, C.17.6; PS3.16 TID 2010, CID 7010. */

export const KEY_OBJECT_SELECTION_DOCUMENT = '1.2.840.10008.5.1.4.1.1.88.59';

export interface CodedConcept {
  code: string;
  scheme: string;
}

/** (113030, DCM, "Manifest"): RAD TF-2 4.68.4.1.2.1. */
export const MANIFEST_TITLE: CodedConcept = { code: '113030', scheme: 'DCM' };

/** "Manifest with Description": the code of the trial text of MADO, and the ones that CP-2595 may have been given. */
export const MADO_TITLES: readonly CodedConcept[] = [
  { code: 'MADOTEMP001', scheme: '99IHE' },
  { code: '131560', scheme: 'DCM' },
];

/** An attribute of the data set's top level, with its keyword. */
export interface AttributeRow {
  tag: string;
  keyword: string;
}

/** Type 1 of the Key Object Document Module: PS3.3 C.17.6.2. */
export const KEY_OBJECT_DOCUMENT_TYPE_1: readonly AttributeRow[] = [
  { tag: '00200013', keyword: 'Instance Number' },
  { tag: '00080023', keyword: 'Content Date' },
  { tag: '00080033', keyword: 'Content Time' },
];

/** Type 1 of the Key Object Document Series Module: PS3.3 C.17.6.1. */
export const KEY_OBJECT_SERIES_TYPE_1: readonly AttributeRow[] = [
  { tag: '0020000E', keyword: 'Series Instance UID' },
  { tag: '00200011', keyword: 'Series Number' },
];

/** Type 2 of the Patient, General Study and General Equipment Modules: PS3.3 C.7.1.1, C.7.2.1, C.7.5.1. */
export const KEY_OBJECT_TYPE_2: readonly AttributeRow[] = [
  { tag: '00100010', keyword: "Patient's Name" },
  { tag: '00100020', keyword: 'Patient ID' },
  { tag: '00100030', keyword: "Patient's Birth Date" },
  { tag: '00100040', keyword: "Patient's Sex" },
  { tag: '00080020', keyword: 'Study Date' },
  { tag: '00080030', keyword: 'Study Time' },
  { tag: '00080090', keyword: "Referring Physician's Name" },
  { tag: '00200010', keyword: 'Study ID' },
  { tag: '00080050', keyword: 'Accession Number' },
  { tag: '00080070', keyword: 'Manufacturer' },
];

/** PS3.10 7.1, Type 1. */
export const FILE_META_TYPE_1: readonly AttributeRow[] = [
  { tag: '00020000', keyword: 'File Meta Information Group Length' },
  { tag: '00020001', keyword: 'File Meta Information Version' },
  { tag: '00020002', keyword: 'Media Storage SOP Class UID' },
  { tag: '00020003', keyword: 'Media Storage SOP Instance UID' },
  { tag: '00020010', keyword: 'Transfer Syntax UID' },
  { tag: '00020012', keyword: 'Implementation Class UID' },
];

/** Target value types by relationship, below the root: PS3.3 A.35.4.3.1. */
export const RELATIONSHIPS: Readonly<Record<string, readonly string[]>> = {
  CONTAINS: ['TEXT', 'IMAGE', 'WAVEFORM', 'COMPOSITE'],
  'HAS OBS CONTEXT': ['TEXT', 'CODE', 'UIDREF', 'PNAME'],
  'HAS CONCEPT MOD': ['CODE'],
};

/** What a manifest with the MADO title may hold besides. */
const MADO_VALUE_TYPES = [
  'CONTAINER',
  'TEXT',
  'CODE',
  'NUM',
  'DATE',
  'TIME',
  'DATETIME',
  'UIDREF',
  'PNAME',
  'IMAGE',
  'WAVEFORM',
  'COMPOSITE',
];
export const MADO_RELATIONSHIPS: Readonly<Record<string, readonly string[]>> = {
  CONTAINS: MADO_VALUE_TYPES,
  'HAS OBS CONTEXT': MADO_VALUE_TYPES,
  'HAS CONCEPT MOD': ['CODE', 'TEXT'],
  'HAS ACQ CONTEXT': MADO_VALUE_TYPES,
};

/** The value types that refer to an instance. */
export const REFERRING_VALUE_TYPES: readonly string[] = ['IMAGE', 'WAVEFORM', 'COMPOSITE'];
