/** Attributes that must come back as they were delivered. */
import type { DicomDataset } from '../../formats/model.js';
import { valueText } from './places.js';
import type { Identity } from './study.js';

export interface ComparedAttribute {
  tag: string;
  keyword: string;
  of: (identity: Identity) => string | undefined;
}

/** Patient ID, accession number and UIDs: RAD TF-2 4.69.4.2.2. */
export const UNALTERED_IDENTITY: readonly ComparedAttribute[] = [
  { tag: '00100020', keyword: 'Patient ID', of: (identity) => identity.patientId },
  { tag: '00080050', keyword: 'Accession Number', of: (identity) => identity.accession },
  { tag: '0020000D', keyword: 'Study Instance UID', of: (identity) => identity.study },
  { tag: '0020000E', keyword: 'Series Instance UID', of: (identity) => identity.series },
  { tag: '00080018', keyword: 'SOP Instance UID', of: (identity) => identity.sop },
];

/** What the classic tests compare besides. */
export const HEADER_OF_IMPORT: readonly ComparedAttribute[] = [
  { tag: '00080016', keyword: 'SOP Class UID', of: (identity) => identity.sopClass },
  { tag: '00100030', keyword: "Patient's Birth Date", of: (identity) => identity.birthDate },
  { tag: '00100040', keyword: "Patient's Sex", of: (identity) => identity.sex },
];

export interface Difference {
  tag: string;
  keyword: string;
  expected: string;
  found: string;
}

/** An empty value and an absent one are the same here: neither says anything. */
export function differencesOf(stored: Identity, sent: DicomDataset, attributes: readonly ComparedAttribute[]): Difference[] {
  return attributes.flatMap(({ tag, keyword, of }) => {
    const [expected, found] = [of(stored) ?? '', sent.text(tag) ?? ''];
    return expected === found ? [] : [{ tag, keyword, expected: valueText(expected), found: valueText(sent.text(tag)) }];
  });
}
