import { canonicalJson } from '../../canonical-json.js';
import { openRun } from '../../engine/run-record.js';
import { judge } from '../../validation/judge.js';
import { UsageError, type Command } from '../command.js';
import { exitOf, summaryLines } from '../summary.js';

export const command: Command = {
  name: 'judge',
  summary: 'judge a run again, from its stored bytes alone',
  usage: 'RUN [--only REQUIREMENT]… [--schemas DIR] [--json]',
  help: `Computes the verdicts of a run folder anew: no simulator, no network. An archived run can so be judged again when the
catalogue was corrected; nothing in the folder is changed (assay report writes).

  --only ID        this requirement only; may be repeated
  --schemas DIR    official schemas (ebRIM, XDS.b …) to consult beside the built-in ones
  --json           the whole judgement as canonical JSON

Exit: 0 conforms, 1 does not conform, 2 not concluded.`,
  options: { only: { type: 'string', multiple: true }, schemas: { type: 'string' }, json: { type: 'boolean' } },
  async run(args, io) {
    const [folder] = args.positionals;
    if (!folder) throw new UsageError('expected a run folder; Usage: assay judge RUN');
    const only = args.texts('only');
    const record = await openRun(folder);
    const judgement = await judge(record, { only: only.length ? only : undefined, schemasDir: args.text('schemas') });
    if (args.flag('json')) io.out(canonicalJson(judgement));
    else for (const line of summaryLines(judgement, judgement.attempts.at(-1)?.scenario ?? judgement.run)) io.out(line);
    return exitOf(judgement.overall);
  },
};
