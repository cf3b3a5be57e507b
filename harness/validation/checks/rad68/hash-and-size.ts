import type { Observation } from '../../../contracts.js';
import { met, notApplicable, undecidable, violated } from '../../define.js';
import { defineManifestEntryCheck } from '../../manifest-entries.js';
import { named, slotPlace, valuesOf } from '../../metadata.js';
import { documentOf, isDelayed } from '../metadata/hash-and-size.js';

/** ITI TF-2 3.41.4.1.3: of the file as it was sent, with preamble and file meta information. */
export const ofWholeFile = defineManifestEntryCheck(
  'ASY-RAD68-031',
  () => undefined,
  function* (entry, _, submission): Iterable<Observation> {
    const [hash] = valuesOf(entry, 'hash');
    const [size] = valuesOf(entry, 'size');
    const document = documentOf(submission, entry);
    const place = slotPlace(submission, entry, hash === undefined ? 'size' : 'hash');
    if ((hash === undefined && size === undefined) || isDelayed(entry)) {
      yield notApplicable(`${named(entry)} gives neither hash nor size`);
      return;
    }
    if (document?.sha1 === undefined || document.size === undefined) {
      yield undecidable(`the manifest of ${named(entry)} could not be had`, place);
      return;
    }
    const wrong = [...(hash !== undefined && hash.toLowerCase() !== document.sha1 ? ['hash'] : []), ...(size !== undefined && Number(size) !== document.size ? ['size'] : [])];
    if (wrong.length === 0) yield met('hash and size, where given, are those of the manifest file', place);
    else
      yield violated({
        because: `${wrong.join(' and ')} ${wrong.length > 1 ? 'are' : 'is'} not of the manifest file as it was sent`,
        expected: `SHA-1 ${document.sha1}, ${document.size} octets`,
        found: `hash ${hash ?? 'not given'}, size ${size ?? 'not given'}`,
        at: place,
        remedy: 'Take the whole Part 10 file: 128 octets of preamble, DICM, file meta information and data set.',
      });
  },
);
