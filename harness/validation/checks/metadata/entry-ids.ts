import { met, violated } from '../../define.js';
import { isUuidLike, isUuidUrn } from '../../hl7-types.js';
import { at, defineSubmissionCheck, named, overAll } from '../../metadata.js';

/** ITI TF-3 4.2.3.1.5, 4.2.3.2.7: entryUUID of entries, sets and folders, and the ids of associations. */
export const entryUuid = defineSubmissionCheck('ASY-META-056', (submission) => {
  const objects = submission.objects.filter(({ kind }) => kind !== 'Other');
  const uses = new Map<string, number>();
  for (const { id, classifications, externalIdentifiers } of objects)
    for (const each of [id, ...classifications.map((one) => one.id), ...externalIdentifiers.map((one) => one.id)]) if (each) uses.set(each, (uses.get(each) ?? 0) + 1);
  return overAll(objects, 'the submission has no object', function* (object) {
    const { id } = object;
    const problem = !id ? 'has no id' : isUuidLike(id) && !isUuidUrn(id) ? 'has an id that is no UUID URN in lower case' : (uses.get(id) ?? 0) > 1 ? 'has an id that is used more than once' : undefined;
    if (problem === undefined) {
      yield met(`the id of ${named(object)} is ${isUuidLike(id ?? '') ? 'a UUID URN' : 'a symbolic name'} and unique`, at(submission, object));
      return;
    }
    yield violated({
      because: `a ${object.kind} ${problem}`,
      expected: 'urn:uuid: and a UUID in lower case, or a symbolic name that does not begin with urn:uuid:; unique in the submission',
      found: id === undefined ? 'no attribute id' : `id="${id}"`,
      at: at(submission, object),
      remedy: 'Write hexadecimal digits in lower case, and give each object an id of its own.',
    });
  });
});
