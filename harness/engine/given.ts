/** What a scenario gives: a patient, and a study as files; made from fixtures, or the vendor's own. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptFacts, PatientIdentity, SutDescription } from '../contracts.js';
import { parseDicom } from '../formats/dicom.js';
import { ConfigurationError } from '../configuration-error.js';
import type { Scenario } from './scenario.js';
import type { GivenStudy } from './step.js';

/** Handed in from outside: the engine makes no images. */
export interface Fixtures {
  study(name: string, dir: string, patient?: PatientIdentity): Promise<GivenStudy>;
  patient(name: string): PatientIdentity;
  /** Whose images a study fixture shows, where the scenario names no patient. */
  patientOf?(study: string): string | undefined;
}
/** The vendor's own study: Part 10 files, or one that the product holds already. */
export interface OwnStudy {
  folder?: string;
  held?: { uid: string; accession?: { number: string; authority?: string } };
  /** As far as the images do not say it: the identifier in the affinity domain above all. */
  patient: Partial<PatientIdentity> & { domainId: string };
}
export interface Given {
  facts: AttemptFacts['given'];
  study?: GivenStudy;
}

export async function prepareGiven(scenario: Scenario, fixtures: Fixtures, dir: string, sut: SutDescription, own?: OwnStudy): Promise<Given> {
  const { study: name, patient: who } = scenario.given;
  if (own && name !== undefined) return ownGiven(own, sut);
  const patient = who ?? (name === undefined ? undefined : fixtures.patientOf?.(name));
  const study = name === undefined ? undefined : await fixtures.study(name, dir, patient === undefined ? undefined : fixtures.patient(patient));
  return {
    facts: { ...(patient !== undefined && { patient: fixtures.patient(patient) }), ...(study && { study: { uid: study.uid, ...(study.accession && { accession: study.accession }) } }) },
    ...(study && { study }),
  };
}

/** Large objects are read as a whole: a study that is delivered is sent from memory piece by piece anyway, one file at a time. */
async function ownGiven(own: OwnStudy, sut: SutDescription): Promise<Given> {
  if (own.held) return { facts: { patient: identity(own, undefined, sut), study: own.held } };
  const folder = own.folder ?? '';
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigurationError(`${folder}: expected a folder of Part 10 files, but it cannot be read (${error.code}).`);
  });
  const study: GivenStudy = { uid: '', files: [], instances: [] };
  let first: ReturnType<typeof parseDicom> | undefined;
  for (const file of entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()) {
    const object = parseDicom(await readFile(file));
    const [uid, series, sop, sopClass] = ['0020000D', '0020000E', '00080018', '00080016'].map((tag) => object.dataset.text(tag));
    if (!object.part10 || !uid || !series || !sop || !sopClass) continue;
    if (study.uid !== '' && study.uid !== uid) throw new ConfigurationError(`${folder}: expected the files of one study, found studies ${study.uid} and ${uid} (${file}).`);
    study.uid = uid;
    study.files.push(file);
    study.instances.push({ study: uid, series, sop, sopClass });
    first ??= object;
  }
  if (!first) throw new ConfigurationError(`${folder}: expected Part 10 files (128 bytes, then DICM), found none among ${entries.length} entries.`);
  const number = first.dataset.text('00080050');
  const authority = first.dataset.items('00080051')[0]?.text('00400032') ?? sut.domain.assigningAuthorities['accession'];
  if (number) study.accession = { number, ...(authority !== undefined && { authority }) };
  return { facts: { patient: identity(own, first, sut), study: { uid: study.uid, ...(study.accession && { accession: study.accession }) } }, study };
}

function identity(own: OwnStudy, image: ReturnType<typeof parseDicom> | undefined, sut: SutDescription): PatientIdentity {
  const id = image?.dataset.text('00100020') ?? '';
  const authority = image?.dataset.items('00100024')[0]?.text('00400032') ?? sut.domain.assigningAuthorities['departmental'];
  const birthDate = image?.dataset.text('00100030');
  const sex = image?.dataset.text('00100040');
  return {
    name: image?.dataset.text('00100010') ?? '',
    departmentalId: id === '' ? '' : `${id}^^^${authority === undefined ? '' : `&${authority}&ISO`}`,
    ...(birthDate && { birthDate }),
    ...(sex && { sex }),
    ...own.patient,
  };
}
