/** What schemas demand and processors let pass, or what deserves words of its own. */
import { descendants, textOf } from '../../../formats/xml.js';
import { submissionView } from '../../../formats/ebrim.js';
import { soapView } from '../../../formats/soap.js';
import { defineCheck, met, notApplicable, type Seen, undecidable, violated } from '../../define.js';
import { isBase64 } from '../../payload-text.js';
import { RIM } from '../../soap-names.js';

/** Findings of one kind that are shown. */
const SHOWN = 20;
const SLOT_VALUE_LIMIT = 256;

export const inlineBase64 = defineCheck('ASY-ITI41-019', submissionView, function* ({ message, documents }): Seen {
  const inline = documents.filter(({ include, inline }) => !include && inline !== undefined);
  if (inline.length === 0) return yield notApplicable('No document is sent inline.');
  for (const { element, inline: text = '', id } of inline) {
    if (isBase64(text)) {
      yield met('The inline document is base64.', message.at(element));
      continue;
    }
    const stray = /[^A-Za-z0-9+/=\s]/.exec(text)?.[0];
    yield violated({
      because: `The content of document ${id ?? '(without id)'} is not base64.`,
      expected: 'letters, digits, + and /, in groups of four, padded by =',
      found: stray === undefined ? `${text.replace(/\s+/g, '').length} characters, or = before the end` : `the character ${JSON.stringify(stray)}`,
      at: message.at(element),
      remedy: 'Encode by RFC 4648 section 4 (not the URL-safe alphabet, no line-break markers); or let MTOM carry the octets.',
    });
  }
});

export const slotValueLength = defineCheck('ASY-META-030', soapView, function* (m): Seen {
  const values = descendants(m.payload, 'Value', RIM).filter(({ parent }) => parent?.local === 'ValueList');
  const unread = m.xml.problems[0];
  if (values.length === 0 && !unread) return yield notApplicable('The message has no Slot values.');
  let wrong = 0;
  for (const value of values) {
    // Characters, not the halves of surrogate pairs that JavaScript counts.
    const length = [...textOf(value)].length;
    if (length <= SLOT_VALUE_LIMIT || ++wrong > SHOWN) continue;
    yield violated({
      because: 'The value of a Slot is longer than 256 characters.',
      expected: `at most ${SLOT_VALUE_LIMIT} characters`,
      found: `${length} characters`,
      at: m.at(value),
      remedy: 'Shorten the value; long texts belong into the document, not into its metadata.',
    });
  }
  if (wrong === 0 && unread) yield undecidable(`No Slot value is longer than 256 characters as far as the envelope can be read: ${unread.message}`, m.at(unread));
  else if (wrong === 0) yield met('No Slot value is longer than 256 characters.', m.at(values[0] ?? { offset: 0, length: 0 }));
});
