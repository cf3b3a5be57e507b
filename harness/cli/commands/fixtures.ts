import { readdir } from 'node:fs/promises';
import { patient, patientNames, prepareStudy, seededRandom, studyNames } from '../../../scenarios/fixtures/index.js';
import { ConfigurationError, EXIT, UsageError, type Command } from '../command.js';

export const command: Command = {
  name: 'fixtures',
  summary: 'list the synthetic patients and studies, or write a study as DICOM files',
  usage: '[STUDY --out DIR [--seed N]] [--json]',
  help: `Without a name: lists what there is. With the name of a study: writes its Part 10 files into DIR, for a product that
is to hold it before a run: then run with --own-study DIR and the patient's identifier in the affinity domain (--patient-id).
All of it is invented; no picture is of a person.

  --out DIR     an empty or new folder
  --seed N      equal UIDs at each call; without it they are fresh

  assay fixtures ct-two-series --out study`,
  options: { out: { type: 'string' }, seed: { type: 'string' }, json: { type: 'boolean' } },
  async run(args, io) {
    const [name] = args.positionals;
    if (!name) {
      const patients = patientNames().map((n) => ({ kind: 'patient', fixture: n, ...patient(n) }));
      if (args.flag('json')) io.out(JSON.stringify({ studies: studyNames(), patients }));
      else {
        io.out('Studies');
        for (const study of studyNames()) io.out(`  ${study}`);
        io.out('Patients');
        for (const p of patients) io.out(`  ${p.fixture.padEnd(18)} ${p.name.padEnd(28)} in the images ${p.departmentalId}, in the affinity domain ${p.domainId}`);
      }
      return EXIT.conforms;
    }
    if (!studyNames().includes(name)) throw new UsageError(`no study ${JSON.stringify(name)}; there are: ${studyNames().join(', ')}`);
    const out = args.text('out');
    if (!out) throw new UsageError('expected --out DIR');
    if ((await readdir(out).catch(() => [])).length > 0) throw new ConfigurationError(`${out}: expected an empty or new folder`);
    const seed = args.text('seed');
    if (seed !== undefined && !/^\d+$/.test(seed)) throw new UsageError('expected a number after --seed');
    const study = await prepareStudy(name, out, seed === undefined ? {} : { random: seededRandom(Number(seed)) });
    if (args.flag('json')) io.out(JSON.stringify(study));
    else io.out(`${study.files.length} files in ${out}\nStudy Instance UID ${study.uid}\nAccession Number   ${study.accession?.number ?? '-'}`);
    return EXIT.conforms;
  },
};
