/** What the registry holds. */
import type { RegistryObject, Submission } from '../../harness/formats/model.js';
import { toNode } from '../common/rim.js';
import { CLASSIFICATION, IDENTIFIER, slotValues } from '../emit/ebrim.js';
import { childrenOf, type XmlNode } from '../emit/xml.js';

export const APPROVED = 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved';
export const DEPRECATED = 'urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated';

export interface Registered {
  id: string;
  kind: 'DocumentEntry' | 'SubmissionSet' | 'Folder' | 'Association';
  node: XmlNode;
}

const identifierValue = (node: XmlNode, suffix: 'patientId' | 'uniqueId'): string | undefined => {
  const schemes: string[] = Object.entries(IDENTIFIER).flatMap(([name, scheme]) => (name.endsWith(suffix) ? [scheme] : []));
  return childrenOf(node, 'rim:ExternalIdentifier').find((e) => schemes.includes(e.attributes.identificationScheme ?? ''))?.attributes.value;
};

export const uniqueIdOf = (o: Registered): string | undefined => identifierValue(o.node, 'uniqueId');
export const patientIdOf = (o: Registered): string | undefined => identifierValue(o.node, 'patientId');
export const statusOf = (o: Registered): string => o.node.attributes.status ?? '';
export const slotsOf = (o: Registered, name: string): string[] => slotValues(o.node, name).map((v) => v.trim());

/** `code^^scheme` of each coded value of an attribute. */
export const codesOf = (o: Registered, attribute: keyof typeof CLASSIFICATION): string[] =>
  childrenOf(o.node, 'rim:Classification')
    .filter((c) => c.attributes.classificationScheme === CLASSIFICATION[attribute])
    .map((c) => `${c.attributes.nodeRepresentation ?? ''}^^${slotValues(c, 'codingScheme')[0]?.trim() ?? ''}`);

export const authorPersonsOf = (o: Registered): string[] =>
  childrenOf(o.node, 'rim:Classification')
    .filter((c) => c.attributes.classificationScheme === CLASSIFICATION['DocumentEntry.author'])
    .flatMap((c) => slotValues(c, 'authorPerson'));

const KINDS = new Set<RegistryObject['kind']>(['DocumentEntry', 'SubmissionSet', 'Folder', 'Association']);

/** The objects of a submission as trees of our own; a label that stood beside its package is moved into it. */
export function objectsOf(submission: Submission): Registered[] {
  const objects = submission.objects
    .filter((o) => KINDS.has(o.kind))
    .map((o): Registered => ({ id: o.id ?? '', kind: o.kind as Registered['kind'], node: toNode(o.element) }));
  for (const label of submission.looseClassifications) {
    const owner = objects.find((o) => o.id === label.classifiedObject);
    if (!owner) continue;
    const before = owner.node.children.findIndex((c) => typeof c !== 'string' && c.name === 'rim:ExternalIdentifier');
    owner.node.children.splice(before < 0 ? owner.node.children.length : before, 0, toNode(label.element));
  }
  return objects;
}

