/** Names of Slots: ITI TF-3 4.2.3.1.1, 4.2.3.1.6, 4.2.3.2.28. */
import type { Slot, RegistryObject, Submission } from '../../../formats/model.js';
import { met, notApplicable, notExercised, violated } from '../../define.js';
import { parseCxi } from '../../hl7-types.js';
import { at, defineSubmissionCheck, list, named } from '../../metadata.js';
import { KNOWN_SLOTS, REFERENCE_ID_LIST } from '../../tables/metadata.js';

export const slotNamesOnce = defineSubmissionCheck('ASY-META-029', function* (submission) {
  const holders = submission.objects.flatMap((object) => [
    { what: named(object), slots: object.slots },
    ...object.classifications.map(({ slots, classificationScheme }) => ({ what: `a Classification (${classificationScheme}) of ${named(object)}`, slots })),
  ]);
  const withSlots = holders.filter(({ slots }) => slots.length > 0);
  if (withSlots.length === 0) {
    yield notExercised('no object of the submission has a Slot');
    return;
  }
  const repeated = withSlots.flatMap(({ what, slots }) => {
    const names = new Set<string>();
    return slots.filter(({ name }) => names.size === names.add(name).size).map((slot) => ({ what, slot }));
  });
  if (repeated.length === 0) yield met(`no Slot name occurs twice on one of ${withSlots.length} objects`);
  for (const { what, slot } of repeated) {
    yield violated({
      because: `${what} has the Slot ${slot.name} more than once`,
      expected: 'each Slot name once on an object; several values stand in one ValueList',
      found: `another rim:Slot name="${slot.name}"`,
      at: at(submission, slot),
      remedy: 'Put all values into the ValueList of one Slot.',
    });
  }
});

interface Extra {
  object: RegistryObject;
  slot: Slot;
}

/** Slots that the framework does not define, on entries, sets, folders and associations. */
const extraSlots = (submission: Submission): Extra[] =>
  submission.objects.filter(({ kind }) => kind !== 'Other').flatMap((object) => object.slots.filter(({ name }) => !KNOWN_SLOTS.has(name)).map((slot) => ({ object, slot })));

/** A namespace and something behind it. Whether the namespace is registered, and follows RFC 8141 in each letter, is not asked. */
const URN = /^urn:[^:\s]+:\S+$/i;

export const extraSlotNames = defineSubmissionCheck('ASY-META-057', function* (submission) {
  const extra = extraSlots(submission);
  if (extra.length === 0) {
    yield notApplicable('the submission has no Slot beside those that the framework defines');
    return;
  }
  for (const { object, slot } of extra) {
    const ihe = /^urn:ihe:/i.test(slot.name);
    if (URN.test(slot.name) && !ihe) yield met(`the extra Slot ${slot.name} is named by a URN`, at(submission, slot));
    else
      yield violated({
        because: `${named(object)} has a Slot that the framework does not define, and its name ${ihe ? "begins with urn:ihe:, which is IHE's own" : 'is no URN'}`,
        expected: "a Slot of the framework in its own spelling, or a URN of the vendor's",
        found: `'${slot.name}'`,
        at: at(submission, slot),
        remedy: 'Name extra metadata by a URN of your own, such as urn:example:…; check the spelling of standard Slots.',
        // It may belong to a supplement that the table here does not know.
        ...(ihe && { atMost: 'warning' as const }),
      });
  }
});

/** Values that read like references: CXi with a type that IHE defines. (Beside a proper Slot, a vendor's own may repeat them.) */
const holdsReferences = (slot: Slot): boolean => slot.values.length > 0 && slot.values.every((value) => /^urn:ihe:iti:x/.test(parseCxi(value).type));

const hasReferenceIdList = (entry: RegistryObject): boolean => entry.slots.some(({ name }) => name === REFERENCE_ID_LIST);

export const referenceIdListName = defineSubmissionCheck('ASY-META-094', function* (submission) {
  const misnamed = submission.documentEntries.flatMap((object) =>
    object.slots
      .filter((slot) => slot.name !== REFERENCE_ID_LIST && (/referenceIdList$/i.test(slot.name) || (!hasReferenceIdList(object) && holdsReferences(slot))))
      .map((slot) => ({ object, slot })),
  );
  const rightlyNamed = submission.documentEntries.filter(hasReferenceIdList);
  if (misnamed.length === 0 && rightlyNamed.length === 0) {
    yield notApplicable('no DocumentEntry sends references');
    return;
  }
  for (const entry of rightlyNamed) yield met(`references of ${named(entry)} stand in the Slot ${REFERENCE_ID_LIST}`, at(submission, entry.slots.find(({ name }) => name === REFERENCE_ID_LIST) ?? entry));
  for (const { object, slot } of misnamed) {
    yield violated({
      because: `${named(object)} sends references in a Slot of another name`,
      expected: `rim:Slot name="${REFERENCE_ID_LIST}"`,
      found: `rim:Slot name="${slot.name}" with ${list(slot.values)}`,
      at: at(submission, slot),
      remedy: 'Give the Slot its full URN as name.',
    });
  }
});
