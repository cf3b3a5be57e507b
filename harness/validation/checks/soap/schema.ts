/** The payload against the schemas of ebRS/ebRIM, XDS.b and XDS-I.b: ITI TF-2 Appendix V, ITI TF-3 section 4.2. */
import type { SchemaProblem } from '../../../contracts.js';
import { childElements } from '../../../formats/xml.js';
import type { SoapMessage, XmlElement } from '../../../formats/model.js';
import { soapView } from '../../../formats/soap.js';
import { defineCheck, met, notApplicable, type SeenLater, undecidable, violated } from '../../define.js';
import { payloadText } from '../../payload-text.js';
import { Unvalidatable } from '../../pool.js';
import { ownSchemas } from '../../schema-files.js';
import { withoutEnvelope } from '../../soap-facts.js';

/** Problems that are shown; the first ones are the causes, as a rule. */
const SHOWN = 20;

/** Elements in the Body, or the root of bare metadata, that the schemas know. */
function payloadsOf(m: SoapMessage): XmlElement[] {
  const candidates = m.body ? childElements(m.body) : m.payload ? [m.payload] : [];
  return candidates.filter(({ namespace }) => namespace in ownSchemas);
}

export const schemaValid = defineCheck('ASY-SOAP-019', soapView, async function* (m, context): SeenLater {
  const missing = m.xml.problems.length > 0 || m.body ? withoutEnvelope(m) : undefined;
  if (missing) return yield missing;
  const known = payloadsOf(m);
  if (known.length === 0) return yield notApplicable('The payload is none of ebRS/ebRIM, XDS.b or XDS-I.b.', m.payload && m.at(m.payload));
  for (const payload of known) {
    const { text, elementAt } = payloadText(payload);
    let problems: SchemaProblem[];
    try {
      problems = await context.validateSchema(text);
    } catch (error) {
      if (!(error instanceof Unvalidatable)) throw error;
      yield undecidable(`The payload cannot be validated: ${error.message}.`, m.at(payload));
      continue;
    }
    if (problems.length === 0) yield met('The payload is valid against its schema.', m.at(payload));
    for (const { line, message } of problems.slice(0, SHOWN)) {
      const { expected, found } = words(message);
      yield violated({
        because: `The payload is not valid against its schema: ${plain(message)}`,
        expected,
        found,
        at: m.at(elementAt(line)),
        remedy: 'Mend element order, names, namespaces or required attributes at this place; validate against the published schemas before sending.',
      });
    }
  }
});

/** Without the namespaces in braces, which make a message hard to read. */
const plain = (message: string): string => message.replace(/\{[^}]*\}/g, '');

/** What libxml2 expected and found, from its sentence. */
function words(message: string): { expected: string; found: string } {
  const expected = /Expected is (?:one of )?\(\s*(.*?)\s*\)/.exec(message)?.[1];
  const element = /^Element '([^']*)'(?:, attribute '([^']*)')?/.exec(message);
  const missing = /The attribute '([^']*)' is required/.exec(message)?.[1];
  const found = element ? (element[2] ? `attribute ${element[2]} of ${element[1]}` : (element[1] ?? '')) : message;
  return { expected: plain(expected ?? (missing ? `attribute ${missing}` : 'what the schema declares here')), found: plain(found) };
}
