/** The manifest's patient and study against those of the images, as they were delivered. */
import type { JudgeContext } from '../../../contracts.js';
import { manifestView } from '../../../formats/manifest.js';
import type { Manifest } from '../../../formats/model.js';
import { defineCheck, met, notApplicable, violated } from '../../define.js';
import { nameGroups, sameName } from '../../imaging/person-name.js';
import { tagText, valueText } from '../../imaging/places.js';
import { deliveredStudy, type DeliveredInstance, type Identity } from '../../imaging/study.js';
import { nothingKnown } from '../../imaging/manifests.js';
import type { ObservingAsync } from '../../imaging/observing.js';

/** The delivered instances that the manifest refers to; those of its study where it refers to none of them. */
async function imagesOf(manifest: Manifest, context: JudgeContext): Promise<DeliveredInstance[]> {
  const study = await deliveredStudy(context);
  const referred = manifest.references.flatMap(({ sop }) => study.get(sop) ?? []);
  return referred.length > 0
    ? referred
    : [...study.values()].filter(({ truth }) => truth.study === manifest.object.dataset.text('0020000D'));
}

const compared: readonly {
  tag: string;
  keyword: string;
  of: (identity: Identity) => string | undefined;
  same: (a: string, b: string) => boolean;
  atMost?: 'warning';
}[] = [
  { tag: '00100010', keyword: "Patient's Name", of: (identity) => identity.patientName, same: sameName },
  { tag: '00100030', keyword: "Patient's Birth Date", of: (identity) => identity.birthDate, same: (a, b) => a === b },
  { tag: '00100040', keyword: "Patient's Sex", of: (identity) => identity.sex, same: (a, b) => a === b },
  { tag: '00100020', keyword: 'Patient ID', of: (identity) => identity.patientId, same: (a, b) => a === b, atMost: 'warning' },
];

/** Patient's name, birth date and sex are those of the images. Another Patient ID only warns: deployments re-identify. */
export const patientOfImages = defineCheck('ASY-KOS-007', manifestView, async function* (manifest, context): ObservingAsync {
  const images = await imagesOf(manifest, context);
  if (images.length === 0) return yield await nothingKnown(context);
  const { dataset } = manifest.object;
  for (const { tag, keyword, of, same, atMost } of compared) {
    const found = dataset.text(tag) ?? '';
    const wanted = [...new Set(images.map(({ identity }) => of(identity) ?? ''))];
    const at = manifest.at(dataset.get(tag) ?? dataset);
    if (wanted.some((value) => same(value, found))) yield met(`${keyword} is that of the images.`, at);
    else
      yield violated({
        ...(atMost && { atMost }),
        because: `${keyword} ${tagText(tag)} of the manifest is not that of the images`,
        expected: wanted.map((value) => (tag === '00100010' ? nameGroups(value).join('=') : valueText(value))).join(' or '),
        found: valueText(dataset.text(tag)),
        at,
        remedy: 'Copy the patient module from the images into the manifest: both are objects of the same study.',
      });
  }
});

/** Accession Number is that of the study, where it has just one. */
export const accessionOfStudy = defineCheck('ASY-KOS-008', manifestView, async function* (manifest, context): ObservingAsync {
  const images = await imagesOf(manifest, context);
  const numbers = [...new Set(images.flatMap(({ identity }) => identity.accession || []))];
  const { dataset } = manifest.object;
  const element = dataset.get('00080050');
  const at = manifest.at(element ?? dataset);
  const found = dataset.text('00080050');
  if (images.length === 0) yield await nothingKnown(context);
  else if (numbers.length !== 1) yield notApplicable(`The images have ${numbers.length} accession numbers.`, at);
  else if (found === numbers[0]) yield met('Accession Number is that of the study.', at);
  else
    yield violated({
      ...(found && { atMost: 'warning' as const }),
      because: `Accession Number (0008,0050) of the manifest is ${found ? 'not that of the study' : valueText(found)}`,
      expected: numbers[0] ?? '',
      found: valueText(found),
      at,
      remedy: 'Copy Accession Number from the images of the study.',
    });
});

/** Referenced Request Sequence names study and accession number where the images say which requested procedure they belong to. */
export const referencedRequest = defineCheck('ASY-KOS-025', manifestView, async function* (manifest, context): ObservingAsync {
  const images = await imagesOf(manifest, context);
  const { dataset } = manifest.object;
  const items = dataset.items('0040A370');
  const at = manifest.at(dataset.get('0040A370') ?? dataset);
  if (images.length === 0) return yield await nothingKnown(context);
  if (!images.some(({ requests }) => requests.some(({ procedureId }) => procedureId)))
    return yield notApplicable('The images name no requested procedure.', at);
  const remedy = 'Write an item for each requested procedure into (0040,A370), with Study Instance UID and Accession Number.';
  if (items.length === 0)
    return yield violated({
      because: 'The images belong to a requested procedure, but Referenced Request Sequence is absent',
      expected: '(0040,A370) with an item for each requested procedure',
      found: 'absent',
      at,
      remedy,
    });
  const studies = new Set(manifest.references.map(({ study }) => study));
  const numbers = new Set(
    images
      .flatMap(({ identity, requests }) => [identity.accession ?? '', ...requests.map(({ accession }) => accession ?? '')])
      .filter((value) => value !== ''),
  );
  const stray = items.find(
    (item) =>
      (studies.size > 0 && !studies.has(item.text('0020000D') ?? '')) ||
      (numbers.size > 0 && !!item.text('00080050') && !numbers.has(item.text('00080050') ?? '')),
  );
  if (!stray) yield met('Referenced Request Sequence names the study and its accession number.', at);
  else
    yield violated({
      because: 'An item of Referenced Request Sequence names another study or accession number than the images have',
      expected: `study ${[...studies].join(' or ')}, accession number ${[...numbers].join(' or ') || '(none)'}`,
      found: `study ${valueText(stray.text('0020000D'))}, accession number ${valueText(stray.text('00080050'))}`,
      at: manifest.at(stray),
      remedy,
    });
});
