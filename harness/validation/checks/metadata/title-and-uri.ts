/** ITI TF-3 4.2.3.2.24 and 4.2.3.2.27. */
import { attribute, childElements } from '../../../formats/xml.js';
import { met, notApplicable, violated } from '../../define.js';
import { at, defineSubmissionCheck, list, named, overEntries, slotPlace, slotsOf, valuesOf } from '../../metadata.js';

const TITLE_LIMIT = 128;
const characters = (text: string): number => [...text].length;

export const title = defineSubmissionCheck('ASY-META-059', (submission) =>
  overEntries(submission, function* (entry) {
    const names = childElements(entry.element, 'Name');
    const titles = names.flatMap((name) => childElements(name, 'LocalizedString')).map((text) => attribute(text, 'value')?.value ?? '');
    if (titles.length === 0) {
      yield notApplicable(`${named(entry)} gives no title`);
      return;
    }
    const place = at(submission, { element: names[0] ?? entry.element });
    const longest = Math.max(...titles.map(characters));
    if (names.length === 1 && titles.length === 1 && longest < TITLE_LIMIT) {
      yield met(`the title of ${named(entry)} has ${longest} characters`, place);
      return;
    }
    const wrong = names.length > 1 || longest > TITLE_LIMIT;
    yield violated({
      because: longest >= TITLE_LIMIT ? `the title of ${named(entry)} has ${longest} characters` : `${named(entry)} gives ${titles.length} titles`,
      expected: `one string shorter than ${TITLE_LIMIT} characters in rim:Name/rim:LocalizedString/@value`,
      found: longest >= TITLE_LIMIT ? `${longest} characters` : list(titles),
      at: place,
      remedy: 'Shorten the title, and give one.',
      // The limit itself, and one title in several languages, are on the border of the text.
      ...(!wrong && { atMost: 'warning' as const }),
    });
  }),
);

const URI_LIMIT = 256;

export const uri = defineSubmissionCheck('ASY-META-060', (submission) =>
  overEntries(submission, function* (entry) {
    if (slotsOf(entry, 'URI').length === 0) {
      yield notApplicable(`${named(entry)} gives no URI`);
      return;
    }
    const values = valuesOf(entry, 'URI');
    const place = slotPlace(submission, entry, 'URI');
    const [value = ''] = values;
    if (values.length === 1 && characters(value) <= URI_LIMIT) {
      yield met(`URI of ${named(entry)} is one value`, place);
      return;
    }
    yield violated({
      because: `URI of ${named(entry)} ${values.length === 1 ? `has ${characters(value)} characters` : `has ${values.length} values`}`,
      expected: `a single value of at most ${URI_LIMIT} characters`,
      found: list(values),
      at: place,
      remedy: 'Give one URI, or leave it out.',
    });
  }),
);
