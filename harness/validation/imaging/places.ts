/** Places inside DICOM objects, in words and as locations. */
import type { BlobRef, Location } from '../../contracts.js';
import type { DicomDataset, DicomElement, DicomObject } from '../../formats/model.js';

/** `0040A375` → `(0040,A375)`. */
export const tagText = (tag: string): string => `(${tag.slice(0, 4)},${tag.slice(4)})`;

/** A place inside an object that lies in one piece in a blob; the object's own place, with the path, where it does not. */
export function placeIn(object: DicomObject, blob: BlobRef, place: DicomElement | DicomDataset | undefined, otherwise: Location): Location {
  if (!place) return otherwise;
  if (object.base === undefined) return { ...otherwise, path: place.path };
  const length = 'valueOffset' in place && place.length !== UNDEFINED_LENGTH ? place.valueOffset + place.length - place.offset : 8;
  return { blob, offset: object.base + place.offset, length, path: place.path };
}

export const UNDEFINED_LENGTH = 0xffffffff;

/** Every element of a data set and of the items in it, in the order of the object. */
export function* everyElement(dataset: DicomDataset): Generator<{ element: DicomElement; in: DicomDataset }> {
  for (const element of dataset.elements) {
    yield { element, in: dataset };
    for (const item of element.items ?? []) yield* everyElement(item);
  }
}

/** Every data set: the object's own, and each item in it. */
export function* everyDataset(dataset: DicomDataset): Generator<DicomDataset> {
  yield dataset;
  for (const element of dataset.elements) for (const item of element.items ?? []) yield* everyDataset(item);
}

/** What a value reads as in a finding: `absent`, `empty`, or the text. */
export const valueText = (value: string | undefined): string => (value === undefined ? 'absent' : value === '' ? 'empty' : value);
