import type { TlsSettings } from '../../contracts.js';
import { commandOperator } from '../../engine/operator-command.js';
import { withPersonFor, type Operator } from '../../engine/operator.js';
import { terminalOperator } from '../../engine/operator-terminal.js';
import { urlOperator } from '../../engine/operator-url.js';
import { UsageError, type Arguments, type Command, type CommandIo } from '../command.js';
import { runScenarios } from '../run-scenarios.js';
import { loadSutFile } from '../sut-file.js';
import { signingHelp, signingKey, signingOptions } from '../signing-options.js';

function operatorOf(args: Arguments): Operator {
  const [trigger, url] = [args.text('trigger'), args.text('trigger-url')];
  if (trigger && url) throw new UsageError('--trigger and --trigger-url: expected one of them');
  const person = terminalOperator(process.stdin, process.stderr);
  const hook = trigger ? commandOperator(trigger) : url ? urlOperator(url) : undefined;
  return hook ? withPersonFor(hook, process.stdin.isTTY ? person : undefined) : person;
}

function tlsOf(args: Arguments): TlsSettings | undefined {
  const [key, cert, ca] = [args.text('tls-key'), args.text('tls-certificate'), args.text('tls-ca')];
  if (!key && !cert && !ca) return undefined;
  if (!key || !cert) throw new UsageError('--tls-key and --tls-certificate belong together');
  return { key, cert, ...(ca !== undefined && { ca, mutual: true }) };
}

const KINDS = ['self-test', 'supervised', 'connectathon'] as const;

export const command: Command = {
  name: 'run',
  summary: 'run scenarios against your product, judge, report',
  usage: 'SCENARIO… --sut FILE [--trigger CMD | --trigger-url URL] [--out DIR] [--json]',
  help: `Runs scenarios (assay list) against the product that the SUT file describes, judges the stored bytes in a process of its
own, and writes the signed report into a new run folder.

  --sut FILE             the system under test, YAML
  --trigger CMD          makes the product act instead of a person: gets ASSAY_STUDY_UID, ASSAY_PATIENT_DOMAINID,
                         ASSAY_REPOSITORY_URL, … as environment and all of them as JSON on its standard input
  --trigger-url URL      the same by an HTTP POST of the JSON
  --tls-key FILE --tls-certificate FILE [--tls-ca FILE]
                         our listeners speak TLS; with --tls-ca they ask for a certificate that it vouches for
  --own-study DIR --patient-id CX   the vendor's own study (Part 10 files) instead of a synthetic one, and its
                         patient's identifier in the affinity domain
  --out DIR              folder in which the run's own folder is made (default: runs)
  --resume RUN           go on with an interrupted run at its first unfinished step; needs --sut and --trigger again
  --programme FILE       another programme than Image Share Validation
  --scenarios DIR        more scenarios; may be repeated
  --schemas DIR          official schemas to consult as well
  --kind KIND            ${KINDS.join(', ')} (default self-test)
  --dry-run              load everything, print the outline, do nothing
${signingHelp}
  --json                 events as JSON lines, the last one names report and verdict

  assay run xds-i/ids/share-ct-study --sut sut.yaml --trigger ./share.sh

Exit: 0 conforms, 1 does not conform, 2 not concluded, 3 the set-up is wrong.`,
  options: {
    ...signingOptions,
    sut: { type: 'string' },
    trigger: { type: 'string' },
    'trigger-url': { type: 'string' },
    'tls-key': { type: 'string' },
    'tls-certificate': { type: 'string' },
    'tls-ca': { type: 'string' },
    'own-study': { type: 'string' },
    'patient-id': { type: 'string' },
    out: { type: 'string' },
    resume: { type: 'string' },
    programme: { type: 'string' },
    scenarios: { type: 'string', multiple: true },
    schemas: { type: 'string' },
    kind: { type: 'string' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  async run(args, io: CommandIo) {
    const [resume, file, kind] = [args.text('resume'), args.text('sut'), args.text('kind') ?? 'self-test'];
    if (!resume && args.positionals.length === 0) throw new UsageError('expected the address of a scenario (assay list); Usage: assay run SCENARIO… --sut FILE');
    if (!file) throw new UsageError(`expected --sut FILE, the description of your product${resume ? ': the run folder keeps no secrets, so the file is needed again' : ''}`);
    const known = KINDS.find((k) => k === kind);
    if (!known) throw new UsageError(`--kind ${kind}: expected one of ${KINDS.join(', ')}`);
    const [ownStudy, patientId] = [args.text('own-study'), args.text('patient-id')];
    if (ownStudy && !patientId) throw new UsageError('--own-study needs --patient-id, the identifier in the affinity domain as ID^^^&OID&ISO');
    return runScenarios(
      {
        addresses: args.positionals,
        sut: await loadSutFile(file, args.text('programme')),
        operator: operatorOf(args),
        runs: args.text('out') ?? 'runs',
        key: await signingKey(args),
        json: args.flag('json'),
        pdf: !args.flag('no-pdf'),
        programme: args.text('programme'),
        scenarioFolders: args.texts('scenarios'),
        schemas: args.text('schemas'),
        ownStudy: ownStudy && patientId ? { folder: ownStudy, patient: { domainId: patientId } } : undefined,
        tls: tlsOf(args),
        kind: known,
        resume,
        dryRun: args.flag('dry-run'),
      },
      io,
    );
  },
};
