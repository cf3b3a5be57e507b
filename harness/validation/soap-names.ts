/** Names of SOAP, WS-Addressing and XOP, and the payload that each transaction carries. */
export const SOAP12 = 'http://www.w3.org/2003/05/soap-envelope';
export const SOAP11 = 'http://schemas.xmlsoap.org/soap/envelope/';
export const WSA = 'http://www.w3.org/2005/08/addressing';
export const WSA_ANONYMOUS = `${WSA}/anonymous`;
export const WSA_REPLY = `${WSA}/reply`;
export const XOP = 'http://www.w3.org/2004/08/xop/include';
export const RIM = 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0';

const RS = 'urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0';
const LCM = 'urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0';
const QUERY = 'urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0';
const XDSB = 'urn:ihe:iti:xds-b:2007';
const XDSI = 'urn:ihe:rad:xdsi-b:2009';
const RMD = 'urn:ihe:iti:rmd:2017';

export interface QualifiedName {
  namespace: string;
  local: string;
}
const name = (namespace: string, local: string): QualifiedName => ({ namespace, local });

const provide = { request: name(XDSB, 'ProvideAndRegisterDocumentSetRequest'), response: name(RS, 'RegistryResponse') };
const submit = { request: name(LCM, 'SubmitObjectsRequest'), response: name(RS, 'RegistryResponse') };
const query = { request: name(QUERY, 'AdhocQueryRequest'), response: name(QUERY, 'AdhocQueryResponse') };
const retrieve = { request: name(XDSB, 'RetrieveDocumentSetRequest'), response: name(XDSB, 'RetrieveDocumentSetResponse') };
const retrieveImages = { request: name(XDSI, 'RetrieveImagingDocumentSetRequest'), response: name(XDSB, 'RetrieveDocumentSetResponse') };

/** The one child of the Body, by transaction; transactions that are not listed are not looked at. */
export const payloads: Record<string, { request: QualifiedName; response: QualifiedName }> = {
  'ITI-18': query,
  'ITI-38': query,
  'ITI-39': retrieve,
  'ITI-41': provide,
  'ITI-42': submit,
  'ITI-43': retrieve,
  'ITI-57': submit,
  'ITI-62': { request: name(LCM, 'RemoveObjectsRequest'), response: name(RS, 'RegistryResponse') },
  'ITI-86': { request: name(RMD, 'RemoveDocumentsRequest'), response: name(RS, 'RegistryResponse') },
  'RAD-68': provide,
  'RAD-69': retrieveImages,
  'RAD-75': retrieveImages,
};
