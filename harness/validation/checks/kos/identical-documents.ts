import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, notApplicable, undecidable, violated } from '../../define.js';
import { evidenceStudies } from '../../imaging/evidence.js';

/**
 * A selection over several studies names its copies in the other studies. Whether copies were filed is not seen in the message
 * (PS3.3 C.17.6.2.1 speaks of copies that are to be included), so the absence of the sequence only warns.
 */
export const duplicatesNamed = defineCheck('ASY-KOS-019', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const studies = evidenceStudies(manifest);
  const items = dataset.items('0040A525');
  const at = manifest.at(dataset.get('0040A525') ?? dataset);
  if (studies.size < 2) yield notApplicable('The evidence names one study at most.', at);
  else if (items.length > 0) yield met(`Identical Documents Sequence names ${items.length} copies.`, at);
  else
    yield violated({
      atMost: 'warning',
      because: `The evidence names ${studies.size} studies, but no copy of the manifest is named`,
      expected: '(0040,A525) with an item for the copy in each other study',
      found: dataset.get('0040A525') ? 'a sequence without an item' : 'absent',
      at,
      remedy: 'File a copy of the manifest in each study that it refers to, and name the copies in (0040,A525).',
    });
});

/** Within one study, and without a copy, there is no Identical Documents Sequence. */
export const noDuplicates = defineCheck('ASY-KOS-039', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const element = dataset.get('0040A525');
  const at = manifest.at(element ?? dataset);
  const studies = evidenceStudies(manifest);
  if (studies.size === 0) yield undecidable('The evidence names no study.', at);
  else if (!element)
    yield studies.size === 1
      ? met('There is no Identical Documents Sequence.', at)
      : notApplicable('The evidence names several studies.', at);
  else if (dataset.items('0040A525').length > 0) yield notApplicable('The manifest names copies of itself.', at);
  else if (studies.size > 1) yield notApplicable('The evidence names several studies (see ASY-KOS-019).', at);
  else
    yield violated({
      because: 'Identical Documents Sequence is present without an item, in a manifest that names one study',
      expected: '(0040,A525) absent',
      found: 'a sequence without an item',
      at,
      remedy: 'Leave (0040,A525) out: a Type 1C attribute is absent where its condition does not hold.',
    });
});
