/** Registry objects of ebRIM 3.0 by local name: a wrong namespace does not hide an object, others judge it. */
import type { Association, Classification, ExternalIdentifier, RegistryObject, Slot, XmlElement } from './model.js';
import { attribute, childElements, textOf } from './xml.js';

const value = (element: XmlElement | undefined, name: string): string | undefined => attribute(element, name)?.value;

/** Leaves undefined properties out, so that `in` and deep comparison tell what the message holds. */
function present<T extends object>(object: T): T {
  const held = {} as T;
  for (const key in object) if (object[key] !== undefined) held[key] = object[key];
  return held;
}

/** rim:Name or rim:Description: the value of the first localized string. */
function localized(element: XmlElement, name: string): string | undefined {
  const strings = childElements(element, name).flatMap((holder) => childElements(holder, 'LocalizedString'));
  return value(strings[0], 'value');
}

/** rim:Slot elements that are children of this one. */
export function slotsOf(element: XmlElement): Slot[] {
  return childElements(element, 'Slot').map((slot) => {
    const valueElements = childElements(slot, 'ValueList').flatMap((list) => childElements(list, 'Value'));
    return { name: value(slot, 'name') ?? '', values: valueElements.map((v) => textOf(v).trim()), valueElements, element: slot };
  });
}

/** A rim:Classification; its coding scheme is the slot of that name. */
export function classificationOf(element: XmlElement): Classification {
  const slots = slotsOf(element);
  return present<Classification>({
    id: value(element, 'id'),
    classificationScheme: value(element, 'classificationScheme'),
    classificationNode: value(element, 'classificationNode'),
    classifiedObject: value(element, 'classifiedObject'),
    nodeRepresentation: value(element, 'nodeRepresentation'),
    codingScheme: slots.find((slot) => slot.name === 'codingScheme')?.values[0],
    displayName: localized(element, 'Name'),
    slots,
    element,
  });
}

function externalIdentifierOf(element: XmlElement): ExternalIdentifier {
  return present<ExternalIdentifier>({
    id: value(element, 'id'),
    identificationScheme: value(element, 'identificationScheme'),
    registryObject: value(element, 'registryObject'),
    value: value(element, 'value'),
    name: localized(element, 'Name'),
    element,
  });
}

/** Classification nodes that tell submission sets and folders from other packages (ITI TF-3 section 4.2.5.1). */
const PACKAGE_NODES: Record<string, 'SubmissionSet' | 'Folder'> = {
  'urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd': 'SubmissionSet',
  'urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2': 'Folder',
};

const indexes = new WeakMap<Classification[], Map<string | undefined, Classification[]>>();

/** The classifications beside the objects by the object that they classify, sorted out once a message. */
function byObject(loose: Classification[]): Map<string | undefined, Classification[]> {
  let index = indexes.get(loose);
  if (!index) {
    index = new Map<string | undefined, Classification[]>();
    indexes.set(loose, index);
    for (const classification of loose) {
      const others = index.get(classification.classifiedObject);
      if (others) others.push(classification);
      else index.set(classification.classifiedObject, [classification]);
    }
  }
  return index;
}

function kindOf(element: XmlElement, classifications: Classification[], loose: Classification[]): RegistryObject['kind'] {
  if (element.local === 'ExtrinsicObject') return 'DocumentEntry';
  if (element.local === 'Association') return 'Association';
  if (element.local !== 'RegistryPackage') return 'Other';
  const id = value(element, 'id');
  const own = [...classifications, ...(id === undefined ? [] : (byObject(loose).get(id) ?? []))];
  for (const { classificationNode } of own) {
    const kind = PACKAGE_NODES[classificationNode?.trim().toLowerCase() ?? ''];
    if (kind) return kind;
  }
  return 'RegistryPackage';
}

/** One registry object. `loose` are the classifications that stand beside the objects. */
export function registryObjectOf(element: XmlElement, loose: Classification[]): RegistryObject | Association {
  const classifications = childElements(element, 'Classification').map(classificationOf);
  const object = present<RegistryObject>({
    kind: kindOf(element, classifications, loose),
    id: value(element, 'id'),
    lid: value(element, 'lid'),
    home: value(element, 'home'),
    objectType: value(element, 'objectType'),
    status: value(element, 'status'),
    mimeType: value(element, 'mimeType'),
    name: localized(element, 'Name'),
    description: localized(element, 'Description'),
    slots: slotsOf(element),
    classifications,
    externalIdentifiers: childElements(element, 'ExternalIdentifier').map(externalIdentifierOf),
    element,
  });
  if (object.kind !== 'Association') return object;
  return present<Association>({
    ...object,
    kind: 'Association',
    associationType: value(element, 'associationType'),
    sourceObject: value(element, 'sourceObject'),
    targetObject: value(element, 'targetObject'),
  });
}

/** Whether this element is a registry object, wherever it stands. */
export const isRegistryObject = (element: XmlElement): boolean => OBJECTS.has(element.local);

const OBJECTS = new Set(['ExtrinsicObject', 'RegistryPackage', 'Association', 'ObjectRef']);

/** Registry objects below an element in document order, nested ones included; and the classifications that stand among them. */
export function registryObjectsIn(top: XmlElement): { objects: RegistryObject[]; looseClassifications: Classification[] } {
  const elements: XmlElement[] = [];
  const looseClassifications: Classification[] = [];
  const walk = (parent: XmlElement): void => {
    for (const node of childElements(parent)) {
      if (isRegistryObject(node)) elements.push(node);
      else if (node.local === 'Classification' && !isRegistryObject(parent)) looseClassifications.push(classificationOf(node));
      walk(node);
    }
  };
  walk(top);
  return { objects: elements.map((element) => registryObjectOf(element, looseClassifications)), looseClassifications };
}
