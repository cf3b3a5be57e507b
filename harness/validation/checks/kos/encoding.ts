/** How the manifest's data elements and values are encoded: PS3.5. */
import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, notApplicable, undecidable, violated } from '../../define.js';
import { everyDataset, everyElement, tagText, UNDEFINED_LENGTH, valueText } from '../../imaging/places.js';
import { endsReading, notAllRead } from '../../imaging/unread.js';
import { decodesUnder, leavesDefaultRepertoire, TEXT_VRS } from '../../imaging/character-sets.js';

/** Ascending tags, each once, even lengths: in the meta information, the data set, and every item. */
export const elementOrder = defineCheck('ASY-KOS-037', manifestView, function* (manifest) {
  const { meta, dataset } = manifest.object;
  let sound = true;
  for (const { elements } of [...everyDataset(meta), ...everyDataset(dataset)]) {
    for (const [index, element] of elements.entries()) {
      const before = elements[index - 1];
      const disorder = before && before.tag >= element.tag;
      const odd = element.length !== UNDEFINED_LENGTH && element.length % 2 === 1;
      if (!disorder && !odd) continue;
      sound = false;
      yield violated({
        because: odd
          ? `${tagText(element.tag)} has an odd length`
          : before?.tag === element.tag
            ? `${tagText(element.tag)} stands there twice`
            : `${tagText(element.tag)} stands behind ${tagText(before?.tag ?? '')}`,
        expected: odd ? 'an even length' : 'each tag once, in ascending order',
        found: odd ? `${element.length} bytes` : `${tagText(before?.tag ?? '')}, then ${tagText(element.tag)}`,
        at: manifest.at(element),
        remedy: odd
          ? 'Pad values to an even length: text with a space, UIDs with a NUL.'
          : 'Write the elements of each data set and item sorted by tag.',
      });
    }
  }
  const unread = endsReading(manifest.object);
  if (sound && unread) yield undecidable(notAllRead(unread), manifest.at(dataset));
  else if (sound) yield met('The elements are in ascending order, with even lengths.', manifest.at(dataset));
});

const wellFormedUid = /^(0|[1-9]\d*)(\.(0|[1-9]\d*))*$/;

/** Every UID: digits and dots, no leading zero in an arc, 64 characters at most, one NUL as padding at the end. */
export const uidForm = defineCheck('ASY-KOS-023', manifestView, function* (manifest) {
  const { meta, dataset } = manifest.object;
  let sound = true;
  for (const { element } of [...everyElement(meta), ...everyElement(dataset)]) {
    if (element.vr !== 'UI' || element.length === 0) continue;
    const raw = Buffer.from(element.value ?? []).toString('latin1');
    const values = raw.replace(/\0$/, '').split('\\');
    const bad =
      element.value === undefined
        ? ['a value that is too long to be a UID']
        : values.filter((value) => !wellFormedUid.test(value) || value.length > 64);
    if (bad.length === 0) continue;
    sound = false;
    yield violated({
      because: `${tagText(element.tag)} holds a malformed UID`,
      expected: 'arcs of digits without leading zeros, dots between them, 64 characters at most, padded with one NUL',
      found: JSON.stringify(bad[0]?.slice(0, 100)),
      at: manifest.at(element),
      remedy: 'Make UIDs below a root of your own, or of the form 2.25.<decimal UUID>; copy those of other objects unchanged.',
    });
  }
  const unread = endsReading(manifest.object);
  if (sound && unread) yield undecidable(notAllRead(unread), manifest.at(dataset));
  else if (sound) yield met('All UIDs are well-formed.', manifest.at(dataset));
});

/** Specific Character Set is declared where a text leaves the default repertoire, and the text can be read under it. */
export const characterSet = defineCheck('ASY-KOS-020', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const declared = new Map<unknown, string | undefined>();
  for (const each of everyDataset(dataset)) declared.set(each, each.get('00080005') ? each.text('00080005') : undefined);
  let seen = 0;
  let sound = true;
  for (const { element, in: holder } of everyElement(dataset)) {
    if (!TEXT_VRS.has(element.vr) || !element.value || !leavesDefaultRepertoire(element.value)) continue;
    seen++;
    const charset = declared.get(holder) ?? dataset.text('00080005');
    if (charset && decodesUnder(element.value, charset)) continue;
    sound = false;
    yield violated({
      because: charset
        ? `${tagText(element.tag)} cannot be read as ${charset}`
        : `${tagText(element.tag)} leaves the default repertoire, but no character set is declared`,
      expected: charset ? `text in ${charset}` : '(0008,0005) Specific Character Set',
      found: valueText(charset && Buffer.from(element.value).toString('hex').slice(0, 60)),
      at: manifest.at(element),
      remedy: 'Declare ISO_IR 192 in (0008,0005) and write all text as UTF-8, or the character set that the text is really in.',
    });
  }
  const unread = endsReading(manifest.object);
  if (sound && unread) yield undecidable(notAllRead(unread), manifest.at(dataset));
  else if (seen === 0) yield notApplicable('No text leaves the default repertoire.', manifest.at(dataset));
  else if (sound)
    yield met(
      `${seen} values leave the default repertoire, under a declared character set.`,
      manifest.at(dataset.get('00080005') ?? dataset),
    );
});
