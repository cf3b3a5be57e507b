import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, notApplicable, undecidable, violated } from '../../define.js';
import { evidenceStudies } from '../../imaging/evidence.js';
import { valueText } from '../../imaging/places.js';
import { KEY_OBJECT_SELECTION_DOCUMENT } from '../../tables/key-object.js';

/** The manifest's series is none of those that hold anything but key object documents. */
export const ownSeries = defineCheck('ASY-KOS-005', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const series = dataset.text('0020000E');
  const at = manifest.at(dataset.get('0020000E') ?? dataset);
  const clash = manifest.references.find(
    (reference) => reference.series === series && reference.sopClass !== KEY_OBJECT_SELECTION_DOCUMENT,
  );
  if (!series) yield undecidable('The manifest has no Series Instance UID (see ASY-KOS-034).', at);
  else if (!clash) yield met('The manifest is in a series of its own.', at);
  else
    yield violated({
      because: 'The manifest says that it is in a series that it lists as holding other objects',
      expected: 'a Series Instance UID that no referenced image has',
      found: `${series}, which also holds ${clash.sop} of class ${clash.sopClass}`,
      at,
      remedy: 'Make a new Series Instance UID for the manifest: a series has one modality, and that of the manifest is KO.',
    });
});

/** A manifest of one study belongs to that study. */
export const ownStudy = defineCheck('ASY-KOS-006', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const study = dataset.text('0020000D');
  const [evidence, ...others] = evidenceStudies(manifest);
  const at = manifest.at(dataset.get('0020000D') ?? dataset);
  if (evidence === undefined) yield undecidable('The evidence names no study.', at);
  else if (others.length > 0) yield notApplicable(`The evidence names ${others.length + 1} studies.`, at);
  else if (study === evidence) yield met('The manifest is in the study that it lists.', at);
  else
    yield violated({
      because: 'The manifest says that it is in another study than the one that it lists',
      expected: evidence,
      found: valueText(study),
      at,
      remedy: 'Copy Study Instance UID (0020,000D) from the images: the manifest is a further object of their study.',
    });
});

/** The manifest is none of the instances that it refers to. */
export const ownInstance = defineCheck('ASY-KOS-027', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const sop = dataset.text('00080018');
  const at = manifest.at(dataset.get('00080018') ?? dataset);
  const same = manifest.references.find((reference) => reference.sop === sop);
  if (!sop) yield undecidable('The manifest has no SOP Instance UID.', at);
  else if (!same) yield met('No reference has the SOP Instance UID of the manifest.', at);
  else
    yield violated({
      because: 'The manifest has the SOP Instance UID of an instance that it refers to',
      expected: 'a SOP Instance UID of its own',
      found: sop,
      at,
      remedy: 'Make a new SOP Instance UID for each manifest.',
    });
});
