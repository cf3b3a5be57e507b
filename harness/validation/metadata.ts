/** How checks read document sharing metadata: attributes by the framework's names, places, and words for findings. No severity. */
import type { JudgeContext, Location, MessageCheck, Observation } from '../contracts.js';
import { submissionView } from '../formats/ebrim.js';
import type { Association, Classification, DocumentContent, ExternalIdentifier, RegistryObject, Slot, Submission, XmlElement } from '../formats/model.js';
import { capped, cappedAsync } from './capped.js';
import { defineCheck, notExercised, undecidable, type Observations } from './define.js';
import { CODE_SCHEMES, HAS_MEMBER, IDENTIFIER_SCHEMES, LIMITED_SENDERS, ON_DEMAND_ENTRY, type CodedAttribute, type IdentifierAttribute } from './tables/metadata.js';

/** A check on the metadata of a submission. Where the XML breaks off, what is behind cannot be told, and what is missing is no fault of the metadata. */
export const defineSubmissionCheck = (id: string, judge: (submission: Submission, context: JudgeContext) => Observations): MessageCheck<Submission> =>
  defineCheck(id, submissionView, (submission, context) => {
    const [problem] = submission.message.xml.problems;
    if (problem) return [undecidable(`The XML of the metadata cannot be read to its end: ${problem.message}`, submission.message.at(problem))];
    const seen = judge(submission, context);
    return Symbol.asyncIterator in seen ? cappedAsync(seen) : capped(seen);
  });

/** What checks look up again and again, sorted out once a submission. */
export interface SubmissionIndex {
  /** Objects of the submission by id; references to other objects are none. */
  objects: ReadonlyMap<string, RegistryObject>;
  documents: ReadonlyMap<string, readonly DocumentContent[]>;
  /** Classifications beside the objects, by the object that they classify. */
  beside: ReadonlyMap<string, readonly Classification[]>;
  memberships: readonly Association[];
}

const indexes = new WeakMap<Submission, SubmissionIndex>();

export function indexOf(submission: Submission): SubmissionIndex {
  let index = indexes.get(submission);
  if (!index) {
    const objects = submission.objects.filter(({ kind }) => kind !== 'Other').reverse();
    index = {
      objects: new Map(objects.flatMap((object) => (object.id === undefined ? [] : [[object.id, object] as const]))),
      documents: grouped(submission.documents, ({ id }) => id),
      beside: grouped(submission.looseClassifications, ({ classifiedObject }) => classifiedObject),
      memberships: submission.associations.filter(({ associationType }) => associationType === HAS_MEMBER),
    };
    indexes.set(submission, index);
  }
  return index;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** `DocumentEntry urn:uuid:…`, in findings. */
export const named = (object: RegistryObject): string => `${object.kind === 'Other' ? object.element.local : object.kind} ${object.id ?? '(without id)'}`;

/** Every rim:ExtrinsicObject, also one whose objectType is none of the framework's. */
export const extrinsicObjects = (submission: Submission): RegistryObject[] => submission.objects.filter(({ element }) => element.local === 'ExtrinsicObject');

/** Every rim:RegistryPackage, labelled or not. */
export const packages = (submission: Submission): RegistryObject[] => submission.objects.filter(({ element }) => element.local === 'RegistryPackage');

/** Any other entry is judged as a stable one, also where its objectType is wrong. */
export const isOnDemand = (entry: RegistryObject): boolean => entry.objectType === ON_DEMAND_ENTRY;

/** The Classifications inside an object that give a coded attribute. */
export const codesOf = (object: RegistryObject, attribute: CodedAttribute): Classification[] =>
  object.classifications.filter(({ classificationScheme }) => classificationScheme === CODE_SCHEMES[attribute]);

/** The ExternalIdentifiers inside an object that give an identifier. */
export const identifiersOf = (object: RegistryObject, attribute: IdentifierAttribute): ExternalIdentifier[] =>
  object.externalIdentifiers.filter(({ identificationScheme }) => identificationScheme === IDENTIFIER_SCHEMES[attribute]);

/** The value of an identifier that is there once or more; the first. */
export const identifierValue = (object: RegistryObject, attribute: IdentifierAttribute): string | undefined => identifiersOf(object, attribute)[0]?.value?.trim();

export const patientIdAttribute = (object: RegistryObject): IdentifierAttribute =>
  object.kind === 'SubmissionSet' ? 'SubmissionSet.patientId' : object.kind === 'Folder' ? 'Folder.patientId' : 'DocumentEntry.patientId';

type WithSlots = { slots: Slot[] };
export const slotsOf = (object: WithSlots, name: string): Slot[] => object.slots.filter((slot) => slot.name === name);

/** All values of a slot. (The reader took off white space around them, which the framework's own examples have.) */
export const valuesOf = (object: WithSlots, name: string): string[] => slotsOf(object, name).flatMap(({ values }) => values);

/** The code's coding scheme: the first value of its slot. */
export const schemeOf = (code: Classification): string => valuesOf(code, 'codingScheme')[0] ?? '';

/** `CT in scheme 1.2.840.10008.2.16.4` */
export const codeText = (code: Classification | undefined): string => (code ? `'${code.nodeRepresentation ?? ''}' in scheme '${schemeOf(code)}'` : 'no code');

export const at = (submission: Submission, place: { element: XmlElement }): Location => submission.message.at(place.element);

/** Where a slot stands; where it is absent, its object. */
export const slotPlace = (submission: Submission, object: WithSlots & { element: XmlElement }, name: string): Location =>
  at(submission, slotsOf(object, name)[0] ?? object);

/** Where a value of a slot stands. */
export const valuePlace = (submission: Submission, slot: Slot, index: number): Location => submission.message.at(slot.valueElements[index] ?? slot.element);

/** Judges each; where there is none, says so. */
export function* overAll<T>(items: readonly T[], none: string, judge: (item: T) => Iterable<Observation>): Iterable<Observation> {
  if (items.length === 0) yield notExercised(none);
  for (const item of items) yield* judge(item);
}

export const overEntries = (submission: Submission, judge: (entry: RegistryObject) => Iterable<Observation>): Iterable<Observation> =>
  overAll(submission.documentEntries, 'the submission has no DocumentEntry', judge);

export const overSubmissionSets = (submission: Submission, judge: (set: RegistryObject) => Iterable<Observation>): Iterable<Observation> =>
  overAll(submission.submissionSets, 'the submission has no SubmissionSet', judge);

/** A claimed actor of whom an attribute is asked only where its value is known. */
export const limitedSender = (context: Pick<JudgeContext, 'sut'>): string | undefined =>
  context.sut.claims.map(({ actor }) => actor).find((actor) => LIMITED_SENDERS.includes(actor));

/** Whether two lists of strings hold the same, in any order. */
export const sameSet = (a: Iterable<string>, b: Iterable<string>): boolean => {
  const [left, right] = [new Set(a), new Set(b)];
  return left.size === right.size && [...left].every((item) => right.has(item));
};

/** A list for a finding: `'a', 'b'`; `nothing` where it is empty. */
export const list = (items: Iterable<string>): string => {
  const all = [...items];
  const shown = all.slice(0, 20).map((item) => `'${item}'`).join(', ');
  return all.length > 20 ? `${shown} and ${all.length - 20} more` : shown || 'nothing';
};
