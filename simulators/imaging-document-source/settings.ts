import type { Json, TlsSettings } from '../../harness/contracts.js';
import type { CodedValue } from '../emit/ebrim.js';

export interface SourceSettings {
  port?: number;
  dicomPort?: number;
  aeTitle?: string;
  token?: string;
  repositoryUniqueId?: string;
  sourceId?: string;
  codes?: Partial<SourceCodes>;
  accessionAuthority?: string;
  departmentalAuthority?: string;
  tls?: TlsSettings;
}
/** Codes that the affinity domain prescribes for manifests. */
export interface SourceCodes {
  classCode: CodedValue;
  confidentialityCode: CodedValue;
  healthcareFacilityTypeCode: CodedValue;
  practiceSettingCode: CodedValue;
  contentTypeCode: CodedValue;
  /** Where the study names no procedure. */
  typeCode: CodedValue;
}

const SNOMED = '2.16.840.1.113883.6.96';
export const DEFAULT_CODES: SourceCodes = {
  classCode: { code: 'IMAGES', scheme: '1.3.6.1.4.1.19376.1.2.6.1', display: 'Images' },
  confidentialityCode: { code: 'R', scheme: '2.16.840.1.113883.5.25', display: 'restricted' },
  healthcareFacilityTypeCode: { code: '35971002', scheme: SNOMED, display: 'Ambulatory care site' },
  practiceSettingCode: { code: 'Practice-A', scheme: '1.3.6.1.4.1.21367.2017.3', display: 'Radiology' },
  contentTypeCode: { code: '35971002', scheme: SNOMED, display: 'Ambulatory care site' },
  typeCode: { code: '18748-4', scheme: '2.16.840.1.113883.6.1', display: 'Diagnostic imaging study' },
};

const oid = (value: string, description: string): Json => ({ type: 'string', pattern: '^[0-2](\\.(0|[1-9][0-9]*))+$', default: value, description });
const port = (description: string): Json => ({ type: 'integer', minimum: 0, maximum: 65535, default: 0, description });
const code: Json = {
  type: 'object',
  additionalProperties: false,
  required: ['code', 'scheme', 'display'],
  properties: { code: { type: 'string' }, scheme: { type: 'string' }, display: { type: 'string' } },
};

export const DEFAULTS = {
  aeTitle: 'ASSAY_IDS',
  repositoryUniqueId: '1.3.6.1.4.1.21367.13.80.110',
  sourceId: '1.3.6.1.4.1.21367.13.80.111',
  accessionAuthority: '1.3.6.1.4.1.21367.13.202.2000',
  departmentalAuthority: '1.3.6.1.4.1.21367.1800.13.20.1000',
} as const;

export const settingsSchema: Json = {
  type: 'object',
  additionalProperties: false,
  properties: {
    port: port('port of RAD-69 and of the control hook; 0 takes a free one'),
    dicomPort: port('DICOM port; 0 takes a free one'),
    aeTitle: { type: 'string', pattern: '^[ -\\[\\]-~]{1,16}$', default: DEFAULTS.aeTitle },
    token: { type: 'string', pattern: '^[A-Za-z0-9._~-]+$', description: 'last part of the RAD-69 path; a fresh one if absent' },
    repositoryUniqueId: oid(DEFAULTS.repositoryUniqueId, 'Retrieve Location UID of the manifests'),
    sourceId: oid(DEFAULTS.sourceId, 'SubmissionSet.sourceId'),
    accessionAuthority: oid(DEFAULTS.accessionAuthority, 'issuer of accession numbers, where the images name none'),
    departmentalAuthority: oid(DEFAULTS.departmentalAuthority, 'issuer of patient ids, where the images name none'),
    codes: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(Object.keys(DEFAULT_CODES).map((name) => [name, code])),
    },
    tls: { type: 'object' },
  },
};
