/** What a manifest refers to, item by item: PS3.3 C.17.6.2 (evidence) and C.17.3 (content tree). */
import type { Manifest, DicomDataset } from '../../formats/model.js';
import { MADO_TITLES, REFERRING_VALUE_TYPES, type CodedConcept } from '../tables/key-object.js';

/** Current Requested Procedure Evidence Sequence: an item for each study. */
export const studyItems = (manifest: Manifest): DicomDataset[] => manifest.object.dataset.items('0040A375');

/** Referenced Series Sequence of each study item. */
export const seriesItems = (manifest: Manifest): DicomDataset[] => studyItems(manifest).flatMap((study) => study.items('00081115'));

/** The studies that the evidence names. */
export const evidenceStudies = (manifest: Manifest): Set<string> =>
  new Set(studyItems(manifest).flatMap((item) => item.text('0020000D') || []));

/** The document title: Concept Name Code Sequence of the root. */
export function titleOf(manifest: Manifest): CodedConcept | undefined {
  const item = manifest.object.dataset.items('0040A043')[0];
  return item && { code: item.text('00080100') ?? '', scheme: item.text('00080102') ?? '' };
}

/** A manifest of the MADO profile is told by its title. */
export const isMado = (manifest: Manifest): boolean => {
  const title = titleOf(manifest);
  return title !== undefined && MADO_TITLES.some(({ code, scheme }) => code === title.code && scheme === title.scheme);
};

/** Content items at every depth below the root. */
export function* contentItems(dataset: DicomDataset): Generator<DicomDataset> {
  for (const item of dataset.items('0040A730')) {
    yield item;
    yield* contentItems(item);
  }
}

/** The items directly below the root that refer to an instance. */
export const referringItems = (manifest: Manifest): DicomDataset[] =>
  manifest.object.dataset.items('0040A730').filter((item) => REFERRING_VALUE_TYPES.includes(item.text('0040A040') ?? ''));

/** The instances that a referring item names, with presentation states and real world value maps named inside it. */
export function instancesNamedIn(item: DicomDataset): string[] {
  return ['00081199', '0008114B'].flatMap((tag) =>
    item
      .items(tag)
      .flatMap((reference) => [
        ...(reference.text('00081155') ? [reference.text('00081155') as string] : []),
        ...instancesNamedIn(reference),
      ]),
  );
}
