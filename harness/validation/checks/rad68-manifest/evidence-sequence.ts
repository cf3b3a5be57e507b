/** The references of the manifest: RAD TF-2 4.68.4.1.2.1.1. */
import { manifestView } from '../../../formats/manifest.js';
import type { DicomDataset } from '../../../formats/model.js';
import { defineCheck, met, undecidable, violated } from '../../define.js';
import { isMado, studyItems } from '../../imaging/evidence.js';
import { tagText } from '../../imaging/places.js';
import type { Observing } from '../../imaging/observing.js';

/** The references are in Current Requested Procedure Evidence Sequence. */
export const evidencePresent = defineCheck('RAD68-008', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const at = manifest.at(dataset.get('0040A375') ?? dataset);
  if (studyItems(manifest).length > 0) yield met('Current Requested Procedure Evidence Sequence names a study.', at);
  else
    yield violated({
      because: `Current Requested Procedure Evidence Sequence is ${dataset.get('0040A375') ? 'empty' : 'absent'}`,
      expected: '(0040,A375) with an item for each study',
      found: dataset.get('0040A375') ? 'no item' : 'absent',
      at,
      remedy: 'List the instances by study and series in (0040,A375); the content tree alone does not say where they are.',
    });
});

/** Each study item has its UID and series; each series its UID, retrieval attributes and instances; each instance class and UID. */
export const evidenceComplete = defineCheck('RAD68-009', manifestView, function* (manifest): Observing {
  const retrieval = isMado(manifest) ? ['0040E011'] : ['00080054', '0040E011'];
  const studies = studyItems(manifest);
  if (studies.length === 0) return yield undecidable('The evidence names no study (see RAD68-008).', manifest.at(manifest.object.dataset));
  let complete = true;
  for (const { item, lacks } of walk(studies, retrieval)) {
    complete = false;
    yield violated({
      because: `An item of the evidence lacks ${tagText(lacks)}`,
      expected: `${tagText(lacks)} with a value or item`,
      found: item.get(lacks) ? 'empty' : 'absent',
      at: manifest.at(item.get(lacks) ?? item),
      remedy:
        'Write the hierarchical reference whole: Study UID, then per series its UID, Retrieve AE Title, Retrieve Location UID and the references with class and instance.',
    });
  }
  if (complete)
    yield met(
      'Each study, series and reference of the evidence is complete.',
      manifest.at(manifest.object.dataset.get('0040A375') ?? manifest.object.dataset),
    );
});

function* walk(studies: DicomDataset[], retrieval: readonly string[]): Generator<{ item: DicomDataset; lacks: string }> {
  const levels = [
    { items: studies, values: ['0020000D'], below: '00081115' },
    { items: studies.flatMap((item) => item.items('00081115')), values: ['0020000E', ...retrieval], below: '00081199' },
    {
      items: studies.flatMap((item) => item.items('00081115')).flatMap((item) => item.items('00081199')),
      values: ['00081150', '00081155'],
      below: undefined,
    },
  ];
  for (const { items, values, below } of levels)
    for (const item of items) {
      for (const tag of values) if (!item.text(tag)) yield { item, lacks: tag };
      if (below && item.items(below).length === 0) yield { item, lacks: below };
    }
}
