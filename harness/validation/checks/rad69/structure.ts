import type { XmlElement } from '../../../formats/model.js';
import { soapView } from '../../../formats/soap.js';
import { child, childElements, textOf } from '../../../formats/xml.js';
import { defineCheck, met, notApplicable, undecidable, violated } from '../../define.js';
import type { Observing } from '../../imaging/observing.js';

const XDS_B = 'urn:ihe:iti:xds-b:2007';
const REGISTRY_SERVICES = 'urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0';
const PARTS = ['RepositoryUniqueId', 'DocumentUniqueId', 'mimeType', 'Document'];

/** The answer is built like that of Retrieve Document Set: a RegistryResponse, then documents with their identifiers, type and content. */
export const answerStructure = defineCheck('RAD69-003', soapView, function* (message): Observing {
  const { payload } = message;
  const remedy =
    'Answer with xdsb:RetrieveDocumentSetResponse: rs:RegistryResponse with a status, then a DocumentResponse for each object.';
  if (!payload) return yield undecidable('The answer holds no readable payload.');
  const at = message.at(payload);
  if (payload.local === 'Fault') return yield notApplicable('The answer is a SOAP Fault.', at);
  if (payload.local !== 'RetrieveDocumentSetResponse' || payload.namespace !== XDS_B)
    return yield violated({
      because: 'The answer is not a RetrieveDocumentSetResponse',
      expected: `{${XDS_B}}RetrieveDocumentSetResponse`,
      found: `{${payload.namespace}}${payload.local}`,
      at,
      remedy,
    });
  const faults = [...problemsOf(payload)];
  for (const { because, expected, element } of faults)
    yield violated({ because, expected, found: 'absent or empty', at: message.at(element), remedy });
  if (faults.length === 0) yield met('The answer is built like that of Retrieve Document Set.', at);
});

function* problemsOf(payload: XmlElement): Generator<{ because: string; expected: string; element: XmlElement }> {
  if (!child(payload, 'RegistryResponse', REGISTRY_SERVICES))
    yield { because: 'The answer has no RegistryResponse', expected: 'rs:RegistryResponse as the first child', element: payload };
  for (const document of childElements(payload, 'DocumentResponse', XDS_B))
    for (const part of PARTS) {
      const element = child(document, part, XDS_B);
      if (element && (part === 'Document' || textOf(element).trim() !== '')) continue;
      yield { because: `A DocumentResponse has no ${part}`, expected: `xdsb:${part} with a value`, element: element ?? document };
    }
}
