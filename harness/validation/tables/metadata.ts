/** Names and UUIDs of document sharing metadata: ITI TF-3 4.2.2, 4.2.3 and 4.2.5. */

export const STABLE_ENTRY = 'urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1';
export const ON_DEMAND_ENTRY = 'urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248';

export const SUBMISSION_SET_NODE = 'urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd';
export const FOLDER_NODE = 'urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2';
/** Each flags its kind of object as limited metadata. */
export const LIMITED_METADATA_NODES: readonly string[] = [
  'urn:uuid:5003a9db-8d8d-49e6-bf0c-990e34ac7707',
  'urn:uuid:ab9b591b-83ab-4d03-8f5d-f93b1fb92e85',
  'urn:uuid:2c144a76-29a9-4b7c-af54-b25409fe7d03',
];

export const DOCUMENT_ENTRY_AUTHOR = 'urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d';
export const SUBMISSION_SET_AUTHOR = 'urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d';
export const AUTHOR_SCHEMES: readonly string[] = [DOCUMENT_ENTRY_AUTHOR, SUBMISSION_SET_AUTHOR];

/** classificationScheme of each coded attribute. */
export const CODE_SCHEMES = {
  classCode: 'urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a',
  typeCode: 'urn:uuid:f0306f51-975f-434e-a61c-c59651d33983',
  formatCode: 'urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d',
  practiceSettingCode: 'urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead',
  healthcareFacilityTypeCode: 'urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1',
  confidentialityCode: 'urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f',
  eventCodeList: 'urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4',
  contentTypeCode: 'urn:uuid:aa543740-bdda-424e-8c96-df4873be8500',
  codeList: 'urn:uuid:1ba97051-7806-41a8-a48b-8fce7af683c5',
  associationDocumentation: 'urn:uuid:abd807a3-4432-4053-87b4-fd82c643d1f3',
} as const;
export type CodedAttribute = keyof typeof CODE_SCHEMES;

/** The coded attribute that a classificationScheme stands for; undefined for authors and for schemes outside the framework. */
export const codedAttribute = (scheme: string | undefined): CodedAttribute | undefined =>
  (Object.keys(CODE_SCHEMES) as CodedAttribute[]).find((name) => CODE_SCHEMES[name] === scheme);

/** identificationScheme of each external identifier, with the full name that rim:Name gives. */
export const IDENTIFIER_SCHEMES = {
  'DocumentEntry.patientId': 'urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427',
  'DocumentEntry.uniqueId': 'urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab',
  'SubmissionSet.patientId': 'urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446',
  'SubmissionSet.uniqueId': 'urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8',
  'SubmissionSet.sourceId': 'urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832',
  'Folder.patientId': 'urn:uuid:f64ffdf0-4b97-4e06-b79f-a52b38ec2f8a',
  'Folder.uniqueId': 'urn:uuid:75df8f67-9973-4fbe-a900-df66cefecc5a',
} as const;
export type IdentifierAttribute = keyof typeof IDENTIFIER_SCHEMES;

/** `XDSDocumentEntry.patientId` for its scheme; undefined for schemes outside the framework. */
export function identifierName(scheme: string | undefined): string | undefined {
  const known = (Object.keys(IDENTIFIER_SCHEMES) as IdentifierAttribute[]).find((name) => IDENTIFIER_SCHEMES[name] === scheme);
  return known && `XDS${known}`;
}

export const REFERENCE_ID_LIST = 'urn:ihe:iti:xds:2013:referenceIdList';

/** Slots that the framework or a supplement of it defines, on any object. */
export const KNOWN_SLOTS: ReadonlySet<string> = new Set([
  'creationTime', 'documentAvailability', 'hash', 'languageCode', 'legalAuthenticator', 'repositoryUniqueId', 'serviceStartTime',
  'serviceStopTime', 'size', 'sourcePatientId', 'sourcePatientInfo', 'URI', REFERENCE_ID_LIST,
  'intendedRecipient', 'submissionTime', 'lastUpdateTime',
  'SubmissionSetStatus', 'PreviousVersion', 'OriginalStatus', 'NewStatus', 'AssociationPropagation',
]);

export const HAS_MEMBER = 'urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember';
const RELATIONSHIP = 'urn:ihe:iti:2007:AssociationType:';
export const RPLC = `${RELATIONSHIP}RPLC`;
export const XFRM_RPLC = `${RELATIONSHIP}XFRM_RPLC`;
export const IS_SNAPSHOT_OF = 'urn:ihe:iti:2010:AssociationType:IsSnapshotOf';
/** Table 4.2.2-1: relationships between documents. */
export const DOCUMENT_RELATIONSHIPS: readonly string[] = [
  RPLC, XFRM_RPLC, IS_SNAPSHOT_OF, `${RELATIONSHIP}APND`, `${RELATIONSHIP}XFRM`, `${RELATIONSHIP}signs`,
];
/** Of metadata update, ITI-57. */
export const UPDATE_RELATIONSHIPS: readonly string[] = [
  'urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus',
  'urn:ihe:iti:2010:AssociationType:SubmitAssociation',
];
/** Whose target must already be registered. */
export const REPLACING_RELATIONSHIPS: readonly string[] = [RPLC, XFRM_RPLC, IS_SNAPSHOT_OF];

const OBJECT_TYPE = 'urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:';
export const CLASSIFICATION_TYPE = `${OBJECT_TYPE}Classification`;
export const EXTERNAL_IDENTIFIER_TYPE = `${OBJECT_TYPE}ExternalIdentifier`;

/** Identifier types of references (CXi.5): Table 4.2.3.1.7-2. */
export const REFERENCE_TYPES = {
  accession: 'urn:ihe:iti:xds:2013:accession',
  studyInstanceUid: 'urn:ihe:iti:xds:2016:studyInstanceUID',
} as const;
export const WORKFLOW_INSTANCE_TYPES: readonly string[] = ['urn:ihe:iti:xdw:2013:workflowInstanceId', 'urn:ihe:xdw:workflowInstanceId'];
/** Which name an assigning authority always. */
export const TYPES_WITH_AUTHORITY: readonly string[] = [
  'urn:ihe:iti:xds:2013:order', 'urn:ihe:iti:xds:2013:referral', 'urn:ihe:iti:xds:2015:encounterId',
];

/** SHA-1 of nothing: with size 0 it says that the document is assembled later (Delayed Document Assembly). */
export const HASH_OF_NOTHING = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

/** The actors that send what they know, and no more: ITI TF-3 4.3.1. */
export const LIMITED_SENDERS: readonly string[] = ['Metadata-Limited Document Source', 'Portable Media Creator'];
