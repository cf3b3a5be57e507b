/** Coding schemes under the names that metadata and images give them: UID and designators of PS3.16 Table 8-1. */

export const DCM_UID = '1.2.840.10008.2.16.4';
export const DICOM_UID_REGISTRY = '1.2.840.10008.2.6.1';
export const SNOMED_UID = '2.16.840.1.113883.6.96';

/** Each line names one scheme: names that may stand for one another. */
const ALIASES: readonly (readonly string[])[] = [
  [DCM_UID, 'DCM'],
  [DICOM_UID_REGISTRY, 'DCMUID'],
  // SNOMED-RT identifiers travel under the designators of their time, and under the OID of SNOMED CT as well.
  [SNOMED_UID, 'SCT', 'SRT', 'SNM3', '99SDM', '2.16.840.1.113883.6.5', '2.16.840.1.113883.6.51'],
  ['2.16.840.1.113883.6.1', 'LN'],
  ['2.16.840.1.113883.6.256', 'RADLEX'],
  ['2.16.840.1.113883.6.12', 'C4', 'CPT4'],
  ['2.16.840.1.113883.6.13', 'CD2', 'CDT2'],
  ['2.16.840.1.113883.6.14', 'HCPCS', 'HPC'],
  ['2.16.840.1.113883.6.103', '2.16.840.1.113883.6.42', 'I9C', 'I9'],
  ['2.16.840.1.113883.6.3', 'I10'],
  ['2.16.840.1.113883.6.4', 'I10P'],
  ['2.16.840.1.113883.6.86', 'UMLS'],
  ['2.16.840.1.113883.6.8', 'UCUM'],
  ['2.16.840.1.113883.6.119', 'FMA'],
];
const canonical = new Map(ALIASES.flatMap((names) => names.map((name) => [name, names[0] as string] as const)));

const plain = (scheme: string): string => scheme.trim().replace(/^urn:oid:/i, '');

/** One name for each scheme, so that two ways to write it compare equal. */
export const codingScheme = (scheme: string): string => canonical.get(plain(scheme)) ?? plain(scheme);

/** A scheme of PS3.16 Table 8-1 that is named here; of another one it cannot be told which OID an affinity domain gave it. */
export const isKnownScheme = (scheme: string): boolean => canonical.has(plain(scheme));
