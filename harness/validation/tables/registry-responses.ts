/** Status, severity and error codes of a registry response: ITI TF-3 4.2.4. */

export const STATUS_SUCCESS = 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success';
export const STATUS_FAILURE = 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure';
export const STATUS_PARTIAL_SUCCESS = 'urn:ihe:iti:2007:ResponseStatusType:PartialSuccess';
export const RESPONSE_STATUSES: readonly string[] = [STATUS_SUCCESS, STATUS_FAILURE, STATUS_PARTIAL_SUCCESS];

export const SEVERITY_ERROR = 'urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error';
export const SEVERITY_WARNING = 'urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Warning';
export const ERROR_SEVERITIES: readonly string[] = [SEVERITY_ERROR, SEVERITY_WARNING];

/** Table 4.2.4.1-2 and the supplements in force. Another code only ever warns: extensions are allowed. */
// prettier-ignore
export const ERROR_CODES: ReadonlySet<string> = new Set([
  'DocumentQueued', 'InvalidDocumentContent', 'PartialAppendContentNotProcessed', 'PartialFolderContentNotProcessed',
  'PartialRelationshipContentNotProcessed', 'PartialReplaceContentNotProcessed', 'PartialTransformNotProcessed',
  'PartialTransformContentNotProcessed', 'PartialTransformReplaceNotProcessed', 'PartialTransformReplaceContentNotProcessed',
  'UnresolvedReferenceException', 'ReferencesExistException', 'XDSDocumentUniqueIdError', 'XDSDuplicateUniqueIdInRegistry',
  'XDSExtraMetadataNotSaved', 'XDSInvalidDocumentContent', 'XDSMetadataAnnotationError', 'XDSMetadataIdentifierError',
  'XDSMetadataUpdateError', 'XDSMetadataUpdateOperationError', 'XDSMetadataVersionError', 'XDSMissingDocument',
  'XDSMissingDocumentMetadata', 'XDSMissingHomeCommunityId', 'XDSNonIdenticalHash', 'XDSNonIdenticalSize', 'XDSPatientIdDoesNotMatch',
  'XDSRegistryBusy', 'XDSRegistryDeprecatedDocumentError', 'XDSRegistryDuplicateUniqueIdInMessage', 'XDSRegistryError',
  'XDSRegistryMetadataError', 'XDSRegistryNotAvailable', 'XDSRegistryOutOfResources', 'XDSRemoveDocumentError', 'XDSReplaceFailed',
  'XDSRepositoryBusy', 'XDSRepositoryDuplicateUniqueIdInMessage', 'XDSRepositoryError', 'XDSRepositoryMetadataError',
  'XDSRepositoryOutOfResources', 'XDSRepositoryWrongRepositoryUniqueId', 'XDSResultNotSinglePatient', 'XDSStoredQueryMissingParam',
  'XDSStoredQueryParamNumber', 'XDSTooManyResults', 'XDSUnavailableCommunity', 'XDSUnknownCommunity', 'XDSUnknownPatientId',
  'XDSUnknownRepositoryId', 'XDSUnknownStoredQuery', 'XDSUnreferencedObjectException',
]);

/** Codes that fit what a retrieve of unknown or foreign documents provokes. */
export const CODE_UNKNOWN_DOCUMENT = 'XDSDocumentUniqueIdError';
export const CODE_UNKNOWN_REPOSITORY = 'XDSUnknownRepositoryId';

/** The end of a URN, for people. */
export const shortName = (urn: string | undefined): string => urn?.split(':').pop() || 'nothing';
