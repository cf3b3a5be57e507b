import { urlOperator } from '../../engine/operator-url.js';
import { EXIT, UsageError, type Command } from '../command.js';
import { startReferenceSource } from '../reference-source.js';
import { runScenarios } from '../run-scenarios.js';
import { signingHelp, signingKey, signingOptions } from '../signing-options.js';
import { simulatorNamed } from '../simulators.js';

const SCENARIO = 'xds-i/ids/share-ct-study';

export const command: Command = {
  name: 'demo',
  summary: 'the main job on built-in data: run, judge, report, in seconds',
  usage: '[--fault NAME] [--out DIR] [--json]',
  help: `Makes a synthetic patient and a CT study, starts the simulated actors, runs the reference Imaging Document Source as system
under test in a process of its own, and leaves a signed run folder.

  --fault NAME         let the reference source break one requirement (assay list --faults); exits as the fault declares
  --out DIR            folder in which the run's own folder is made (default: runs)
${signingHelp}
  --json               events as JSON lines, the last one names report and verdict

Exit: 0 conforms, 1 does not conform, 2 not concluded.`,
  options: { ...signingOptions, fault: { type: 'string' }, out: { type: 'string' }, json: { type: 'boolean' } },
  async run(args, io) {
    const fault = args.text('fault');
    const known = (await simulatorNamed('imaging-document-source')).faults.find((f) => f.id === fault);
    if (fault && !known) throw new UsageError(`no fault ${JSON.stringify(fault)}; assay list --faults names them`);
    if (known && !args.flag('json')) io.out(`Fault ${known.id}: ${known.title} (breaks ${known.breaks})\n`);
    const key = await signingKey(args);
    const source = await startReferenceSource(fault);
    try {
      const code = await runScenarios(
        { addresses: [SCENARIO], sut: source.sut, operator: urlOperator(source.control, { timeoutMs: 60_000 }), runs: args.text('out') ?? 'runs', key, json: args.flag('json'), pdf: !args.flag('no-pdf') },
        io,
      );
      if (known && code !== known.expectedExit && !io.signal.aborted) {
        io.err(`the fault ${known.id} declares exit ${known.expectedExit}, but the run ended with ${code}: an error of Assay itself`);
        return EXIT.ownError;
      }
      return code;
    } finally {
      await source.stop();
    }
  },
};
