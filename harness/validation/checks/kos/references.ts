import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, undecidable, violated } from '../../define.js';
import { instancesNamedIn, referringItems } from '../../imaging/evidence.js';
import { listed } from '../../imaging/observing.js';

/** An instance is listed once in the evidence, and not also as pertinent other evidence. */
export const listedOnce = defineCheck('ASY-KOS-015', manifestView, function* (manifest) {
  const seen = new Set<string>();
  const other = new Set(
    manifest.object.dataset
      .items('0040A385')
      .flatMap((study) => study.items('00081115'))
      .flatMap((series) => series.items('00081199'))
      .flatMap((item) => item.text('00081155') ?? []),
  );
  const doubled = manifest.references.filter(({ sop }) => seen.size === seen.add(sop).size || other.has(sop));
  yield* listed(
    doubled.map(({ sop, item }) =>
      violated({
        because: other.has(sop)
          ? 'An instance is listed in both evidence sequences'
          : 'An instance is listed more than once in the evidence',
        expected: 'each instance once',
        found: sop,
        at: manifest.at(item.get('00081155') ?? item),
        remedy: 'List each instance once, in (0040,A375), below its series.',
      }),
    ),
  );
  if (manifest.references.length === 0) yield undecidable('The evidence lists no instance.');
  else if (doubled.length === 0) yield met('Each instance is listed once.');
});

/** The content tree and the evidence refer to the same instances. */
export const treeEqualsEvidence = defineCheck('ASY-KOS-016', manifestView, function* (manifest) {
  const evidence = new Map(manifest.references.map((reference) => [reference.sop, reference.item]));
  const tree = new Map(referringItems(manifest).flatMap((item) => instancesNamedIn(item).map((sop) => [sop, item] as const)));
  const { dataset } = manifest.object;
  const remedy = 'List every instance twice: as an item directly below the root of the content tree, and below its series in (0040,A375).';
  const unlisted = [...tree].filter(([sop]) => !evidence.has(sop));
  const unreferred = [...evidence].filter(([sop]) => !tree.has(sop));
  yield* listed(
    unlisted.map(([sop, item]) =>
      violated({
        because: 'The content tree refers to an instance that the evidence does not list',
        expected: `${sop} in (0040,A375)`,
        found: 'absent',
        at: manifest.at(item),
        remedy,
      }),
    ),
  );
  yield* listed(
    unreferred.map(([sop, item]) =>
      violated({
        because: 'The evidence lists an instance to which the content tree does not refer',
        expected: `${sop} in (0040,A730)`,
        found: 'absent',
        at: manifest.at(item),
        remedy,
      }),
    ),
  );
  if (tree.size === 0 && evidence.size === 0) yield undecidable('The manifest refers to no instance.', manifest.at(dataset));
  else if (unlisted.length + unreferred.length === 0)
    yield met(`Content tree and evidence name the same ${evidence.size} instances.`, manifest.at(dataset.get('0040A730') ?? dataset));
});
