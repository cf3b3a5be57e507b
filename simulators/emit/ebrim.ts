/** Metadata of a submission as ebRIM 3.0 (ITI TF-3 section 4.2). */
import { childrenOf, declare, removeChild, textContent, x, type XmlNode } from './xml.js';

export interface CodedValue {
  code: string;
  /** Coding scheme, usually as OID. */
  scheme: string;
  display: string;
}

export const STABLE = 'urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1';
export const SUBMISSION_SET_NODE = 'urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd';
export const ASSOCIATION = { hasMember: 'urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember', replace: 'urn:ihe:iti:2007:AssociationType:RPLC' } as const;
export const CLASSIFICATION = {
  'DocumentEntry.author': 'urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d',
  'DocumentEntry.classCode': 'urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a',
  'DocumentEntry.confidentialityCode': 'urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f',
  'DocumentEntry.eventCodeList': 'urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4',
  'DocumentEntry.formatCode': 'urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d',
  'DocumentEntry.healthcareFacilityTypeCode': 'urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1',
  'DocumentEntry.practiceSettingCode': 'urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead',
  'DocumentEntry.typeCode': 'urn:uuid:f0306f51-975f-434e-a61c-c59651d33983',
  'SubmissionSet.author': 'urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d',
  'SubmissionSet.contentTypeCode': 'urn:uuid:aa543740-bdda-424e-8c96-df4873be8500',
} as const;
export const IDENTIFIER = {
  'XDSDocumentEntry.patientId': 'urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427',
  'XDSDocumentEntry.uniqueId': 'urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab',
  'XDSSubmissionSet.patientId': 'urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446',
  'XDSSubmissionSet.uniqueId': 'urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8',
  'XDSSubmissionSet.sourceId': 'urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832',
} as const;
const OBJECT_TYPE = 'urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:';

export const slot = (name: string, ...values: string[]): XmlNode => x('rim:Slot', { name }, x('rim:ValueList', {}, ...values.map((v) => x('rim:Value', {}, v))));
const name = (value: string): XmlNode => x('rim:Name', {}, x('rim:LocalizedString', { value }));

/** A coded attribute (ITI TF-3 section 4.2.3.1.2). */
export function coded(attribute: keyof typeof CLASSIFICATION, parent: string, id: string, value: CodedValue): XmlNode {
  return x(
    'rim:Classification',
    { id, classificationScheme: CLASSIFICATION[attribute], classifiedObject: parent, nodeRepresentation: value.code, objectType: `${OBJECT_TYPE}Classification` },
    slot('codingScheme', value.scheme),
    name(value.display),
  );
}

/** An author with whatever of the five slots is given (ITI TF-3 section 4.2.3.1.4). */
export function author(attribute: 'DocumentEntry.author' | 'SubmissionSet.author', parent: string, id: string, slots: Record<string, string[]>): XmlNode {
  return x(
    'rim:Classification',
    { id, classificationScheme: CLASSIFICATION[attribute], classifiedObject: parent, nodeRepresentation: '', objectType: `${OBJECT_TYPE}Classification` },
    ...Object.entries(slots).map(([slotName, values]) => slot(slotName, ...values)),
  );
}

export function identifier(attribute: keyof typeof IDENTIFIER, parent: string, id: string, value: string): XmlNode {
  return x('rim:ExternalIdentifier', { id, identificationScheme: IDENTIFIER[attribute], registryObject: parent, value, objectType: `${OBJECT_TYPE}ExternalIdentifier` }, name(attribute));
}

export interface RegistryObjectModel {
  id: string;
  slots: XmlNode[];
  title?: string;
  classifications: XmlNode[];
  identifiers: XmlNode[];
}

/** rim:ExtrinsicObject of a stable document. */
export function documentEntry(model: RegistryObjectModel & { mimeType: string }): XmlNode {
  return x('rim:ExtrinsicObject', { id: model.id, mimeType: model.mimeType, objectType: STABLE }, ...model.slots, model.title === undefined ? undefined : name(model.title), ...model.classifications, ...model.identifiers);
}

/** rim:RegistryPackage that carries its own label as SubmissionSet. */
export function submissionSet(model: RegistryObjectModel): XmlNode {
  const label = x('rim:Classification', { id: `${model.id}-label`, classifiedObject: model.id, classificationNode: SUBMISSION_SET_NODE, objectType: `${OBJECT_TYPE}Classification` });
  return x('rim:RegistryPackage', { id: model.id, objectType: `${OBJECT_TYPE}RegistryPackage` }, ...model.slots, model.title === undefined ? undefined : name(model.title), ...model.classifications, label, ...model.identifiers);
}

export function association(id: string, associationType: string, sourceObject: string, targetObject: string, ...slots: XmlNode[]): XmlNode {
  return x('rim:Association', { id, associationType, sourceObject, targetObject, objectType: `${OBJECT_TYPE}Association` }, ...slots);
}

export const submitObjectsRequest = (objects: readonly XmlNode[]): XmlNode => x('lcm:SubmitObjectsRequest', declare('lcm', 'rim'), x('rim:RegistryObjectList', {}, ...objects));

/** xdsb:ProvideAndRegisterDocumentSetRequest; documents as XOP references. */
export function provideAndRegisterRequest(objects: readonly XmlNode[], documents: readonly { id: string; contentId: string }[]): XmlNode {
  return x(
    'xdsb:ProvideAndRegisterDocumentSetRequest',
    declare('xdsb'),
    submitObjectsRequest(objects),
    ...documents.map((d) => x('xdsb:Document', { id: d.id }, x('xop:Include', { ...declare('xop'), href: `cid:${d.contentId}` }))),
  );
}

// ── Reading and altering such trees ─────────────────────────────────────────
export const slotOf = (object: XmlNode, slotName: string): XmlNode | undefined => childrenOf(object, 'rim:Slot').find((s) => s.attributes.name === slotName);

export const slotValues = (object: XmlNode, slotName: string): string[] =>
  childrenOf(object, 'rim:Slot')
    .filter((s) => s.attributes.name === slotName)
    .flatMap((s) => childrenOf(s, 'rim:ValueList').flatMap((l) => childrenOf(l, 'rim:Value').map(textContent)));

/** Sets a slot's values, in place where the object has it, else behind the last slot, as the schema orders. */
export function setSlot(object: XmlNode, slotName: string, ...values: string[]): void {
  const made = slot(slotName, ...values);
  const old = slotOf(object, slotName);
  if (old) object.children[object.children.indexOf(old)] = made;
  else object.children.splice(childrenOf(object, 'rim:Slot').length, 0, made);
}

export function dropSlot(object: XmlNode, slotName: string): void {
  const found = slotOf(object, slotName);
  if (found) removeChild(object, found);
}

export const classificationsOf = (object: XmlNode, attribute: keyof typeof CLASSIFICATION): XmlNode[] =>
  childrenOf(object, 'rim:Classification').filter((c) => c.attributes.classificationScheme === CLASSIFICATION[attribute]);

export const identifierOf = (object: XmlNode, attribute: keyof typeof IDENTIFIER): XmlNode | undefined =>
  childrenOf(object, 'rim:ExternalIdentifier').find((e) => e.attributes.identificationScheme === IDENTIFIER[attribute]);
