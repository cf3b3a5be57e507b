/** What the manifest refers to, against the study as it was delivered. */
import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, notApplicable, notExercised, violated } from '../../define.js';
import { valueText } from '../../imaging/places.js';
import { deliveredStudy, instancesToShare } from '../../imaging/study.js';
import { evidenceStudies } from '../../imaging/evidence.js';
import { nothingKnown, sharesKnown } from '../../imaging/manifests.js';
import { listed, type ObservingAsync } from '../../imaging/observing.js';

/** The references are exactly the instances that the scenario told the source to share. */
export const exactlyTheInstances = defineCheck('ASY-KOS-012', manifestView, async function* (manifest, context): ObservingAsync {
  const study = await deliveredStudy(context);
  const toShare = await instancesToShare(context);
  if (context.facts.given.study === undefined || toShare.length === 0)
    return yield notExercised('The scenario names no instances to share.');
  if (
    !evidenceStudies(manifest).has(context.facts.given.study.uid) &&
    !manifest.references.some(({ sop }) => study.has(sop)) &&
    (await sharesKnown(context))
  )
    return yield notApplicable('The manifest shares another study than the one of the scenario, which is shared by another manifest.');
  const allowed = new Set(toShare.map(({ truth }) => truth.sop));
  const inManifest = new Set(manifest.references.map(({ sop }) => sop));
  const missing = toShare.filter(({ truth, acknowledged }) => acknowledged && !inManifest.has(truth.sop));
  const surplus = manifest.references.filter(({ sop }) => !allowed.has(sop));
  const { dataset } = manifest.object;
  yield* listed(
    missing.map(({ truth }) =>
      violated({
        because: 'An instance of the study is not in the manifest',
        expected: `${truth.sop} (series ${truth.series})`,
        found: `${manifest.references.length} references without it`,
        at: manifest.at(dataset.get('0040A375') ?? dataset),
        remedy:
          'List every instance of the study that was to be shared; look for series or objects that the selection skips, and for a study that was still arriving.',
      }),
    ),
  );
  yield* listed(
    surplus.map(({ sop, item }) =>
      violated({
        because: study.has(sop)
          ? 'The manifest lists an instance of another study than the one that was to be shared'
          : 'The manifest lists an instance that was not delivered',
        expected: 'instances of the study only',
        found: sop,
        at: manifest.at(item.get('00081155') ?? item),
        remedy: 'List only the instances that were to be shared.',
      }),
    ),
  );
  if (missing.length + surplus.length > 0) return;
  // Part of the study that was given never arrived: what the source would have done with the whole of it is not known.
  const untaken = toShare.some(({ acknowledged }) => !acknowledged) || context.facts.failures.some(({ verb }) => verb === 'deliver');
  if (untaken) yield notExercised('The source did not take over the whole study by C-STORE, so that it cannot show a manifest of the whole.');
  else
    yield met(
      `The manifest lists the ${manifest.references.length} instances of the study.`,
      manifest.at(dataset.get('0040A375') ?? dataset),
    );
});

/** Referenced SOP Class UID is the true class of the instance. */
export const trueClass = defineCheck('ASY-KOS-013', manifestView, async function* (manifest, context) {
  const study = await deliveredStudy(context);
  const known = manifest.references.flatMap(({ sop, sopClass, item }) => {
    const truth = study.get(sop)?.truth;
    return truth ? [{ truth, sopClass, item }] : [];
  });
  const wrong = known.filter(({ truth, sopClass }) => truth.sopClass !== sopClass);
  yield* listed(
    wrong.map(({ truth, sopClass, item }) =>
      violated({
        because: 'A reference names another SOP class than the instance has',
        expected: truth.sopClass,
        found: valueText(sopClass),
        at: manifest.at(item.get('00081150') ?? item),
        remedy: 'Copy SOP Class UID (0008,0016) of each instance into Referenced SOP Class UID (0008,1150).',
      }),
    ),
  );
  if (known.length === 0) yield await nothingKnown(context);
  else if (wrong.length === 0) yield met(`The ${known.length} references name the true SOP classes.`);
});

/** Each instance is listed under its own series and study. */
export const trueHierarchy = defineCheck('ASY-KOS-014', manifestView, async function* (manifest, context) {
  const study = await deliveredStudy(context);
  const known = manifest.references.flatMap((reference) => {
    const truth = study.get(reference.sop)?.truth;
    return truth ? [{ reference, truth }] : [];
  });
  const wrong = known.filter(({ reference, truth }) => truth.study !== reference.study || truth.series !== reference.series);
  yield* listed(
    wrong.map(({ reference, truth }) =>
      violated({
        because: `An instance is listed under another ${truth.study === reference.study ? 'series' : 'study'} than its own`,
        expected: `study ${truth.study}, series ${truth.series}`,
        found: `study ${valueText(reference.study)}, series ${valueText(reference.series)}`,
        at: manifest.at(reference.item),
        remedy: 'Build the evidence from Study and Series Instance UID of each instance.',
      }),
    ),
  );
  if (known.length === 0) yield await nothingKnown(context);
  else if (wrong.length === 0) yield met(`The ${known.length} references stand under their own series and study.`);
});

/** The evidence lists only studies of the manifest's patient. Reported as a matter of patient safety. */
export const onePatient = defineCheck('ASY-KOS-028', manifestView, async function* (manifest, context) {
  const study = await deliveredStudy(context);
  const referred = manifest.references.flatMap((reference) => {
    const instance = study.get(reference.sop) ?? [...study.values()].find(({ truth }) => truth.study === reference.study);
    return instance ? [{ reference, identity: instance.identity }] : [];
  });
  const own = new Set(manifestPatients(context.facts.given.patient?.departmentalId, manifest.object.dataset.text('00100020')));
  const strange = referred.filter(({ identity }) => identity.patientId && !own.has(identity.patientId));
  yield* listed(
    strange.map(({ reference, identity }) =>
      violated({
        because: 'The evidence lists an instance of another patient',
        expected: `instances of patient ${[...own].join(' or ')}`,
        found: `patient ${identity.patientId}`,
        at: manifest.at(reference.item),
        remedy: 'Check how the studies of a manifest are selected: a mix of patients is a matter of patient safety.',
      }),
    ),
  );
  if (referred.length === 0) yield await nothingKnown(context);
  else if (strange.length === 0) yield met('All known instances of the evidence are of one patient.');
});

/** The identifiers under which the patient of the scenario is known: that of the images, and that of the manifest. */
const manifestPatients = (departmentalId: string | undefined, inManifest: string | undefined): string[] =>
  departmentalId !== undefined ? [departmentalId.split('^')[0] ?? ''] : inManifest ? [inManifest] : [];
