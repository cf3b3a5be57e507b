/** rs:RegistryResponse (ebRS 3.0): the answer of a submission, or the status inside a retrieve or query answer. */
import type { ViewKey } from '../contracts.js';
import type { RegistryError, RegistryResponse, SoapMessage, XmlElement } from './model.js';
import { soapView } from './soap.js';
import { attribute, childElements, descendants } from './xml.js';

/** Reads the RegistryResponse of a message, wherever it stands in its payload. */
export function registryResponseOf(message: SoapMessage): RegistryResponse {
  const { payload } = message;
  // A query answer carries the same attributes and error list on its own element (ITI TF-2: 3.18.4.1.3).
  const element = payload && (isResponse(payload) ? payload : descendants(payload).find(isResponse));
  const response: RegistryResponse = { message, errors: [] };
  if (!element) return response;
  response.element = element;
  const status = attribute(element, 'status')?.value;
  if (status !== undefined) response.status = status;
  const lists = childElements(element, 'RegistryErrorList');
  const highest = lists.map((list) => attribute(list, 'highestSeverity')?.value).find((value) => value !== undefined);
  if (highest !== undefined) response.highestSeverity = highest;
  response.errors = lists.flatMap((list) => childElements(list, 'RegistryError')).map(errorOf);
  return response;
}

const isResponse = (element: XmlElement): boolean => element.local === 'RegistryResponse' || element.local === 'AdhocQueryResponse';

function errorOf(element: XmlElement): RegistryError {
  const error: RegistryError = { element };
  for (const name of ['errorCode', 'codeContext', 'severity', 'location'] as const) {
    const value = attribute(element, name)?.value;
    if (value !== undefined) error[name] = value;
  }
  return error;
}

/** Undefined where the message holds no RegistryResponse. */
export const registryResponseView: ViewKey<RegistryResponse> = {
  name: 'registry-response',
  async parse(_source, blob, from) {
    const message = await from.view(blob, soapView);
    const response = message && registryResponseOf(message);
    return response?.element ? response : undefined;
  },
};
