/** rs:RegistryResponse and its errors (ebRS 3.0 section 2.1; codes of ITI TF-3 table 4.2.4.1-2). */
import { declare, x, type XmlNode } from './xml.js';

export const STATUS = {
  success: 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success',
  failure: 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure',
  partialSuccess: 'urn:ihe:iti:2007:ResponseStatusType:PartialSuccess',
} as const;
export const SEVERITY = {
  error: 'urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error',
  warning: 'urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Warning',
} as const;

export interface RegistryErrorModel {
  errorCode: string;
  codeContext: string;
  severity: string;
  location?: string;
}

export const registryError = (errorCode: string, codeContext: string, location?: string): RegistryErrorModel => ({ errorCode, codeContext, severity: SEVERITY.error, ...(location !== undefined && { location }) });

/** rs:RegistryErrorList, or nothing where there is no error. */
export function errorList(errors: readonly RegistryErrorModel[]): XmlNode | undefined {
  if (errors.length === 0) return undefined;
  const highestSeverity = errors.some((e) => e.severity === SEVERITY.error) ? SEVERITY.error : SEVERITY.warning;
  return x('rs:RegistryErrorList', { highestSeverity }, ...errors.map(({ errorCode, codeContext, severity, location }) => x('rs:RegistryError', { errorCode, codeContext, severity, location: location ?? '' })));
}

export function registryResponse(status: string, errors: readonly RegistryErrorModel[] = []): XmlNode {
  return x('rs:RegistryResponse', { ...declare('rs'), status }, errorList(errors));
}
