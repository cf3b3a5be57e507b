import { met, violated } from '../../define.js';
import { at, defineSubmissionCheck, extrinsicObjects, named, overAll } from '../../metadata.js';
import { ON_DEMAND_ENTRY, STABLE_ENTRY } from '../../tables/metadata.js';

/** ITI TF-3 4.2.1.1, 4.2.5.2. */
export const entryObjectType = defineSubmissionCheck('ASY-META-001', (submission) =>
  overAll(extrinsicObjects(submission), 'the submission has no ExtrinsicObject', function* (entry) {
    if (entry.objectType === STABLE_ENTRY || entry.objectType === ON_DEMAND_ENTRY) {
      yield met(`${named(entry)} is a ${entry.objectType === STABLE_ENTRY ? 'stable' : 'on-demand'} DocumentEntry`, at(submission, entry));
      return;
    }
    yield violated({
      because: `objectType of ${named(entry)} is neither that of a stable nor that of an on-demand DocumentEntry`,
      expected: `objectType="${STABLE_ENTRY}" (stable) or "${ON_DEMAND_ENTRY}" (on-demand), in lower case`,
      found: entry.objectType === undefined ? 'no objectType' : `objectType="${entry.objectType}"`,
      at: at(submission, entry),
      remedy: 'Set objectType of the rim:ExtrinsicObject to the UUID of its kind of entry.',
    });
  }),
);
