import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finishRun } from '../finish.js';
import { UsageError, type Command } from '../command.js';
import { signingHelp, signingKey, signingOptions } from '../signing-options.js';
import { exitOf, summaryLines } from '../summary.js';

export const command: Command = {
  name: 'report',
  summary: 'judge a run again and write its report anew, signed',
  usage: 'RUN [--key FILE --certificate FILE] [--no-pdf] [--json]',
  help: `Judges the stored bytes again and writes report.json, report.html, report.pdf, junit.xml, ctrf.json and the signed
manifest into the run folder. The new report names the one that it supersedes.

${signingHelp}
  --schemas DIR        official schemas to consult as well

Exit: 0 conforms, 1 does not conform, 2 not concluded.`,
  options: { ...signingOptions, schemas: { type: 'string' }, json: { type: 'boolean' } },
  async run(args, io) {
    const [folder] = args.positionals;
    if (!folder) throw new UsageError('expected a run folder; Usage: assay report RUN');
    const former = await readFile(join(folder, 'report.json'), 'utf8').then((text) => (JSON.parse(text) as { id: string }).id, () => undefined);
    const { judgement, written } = await finishRun(folder, await signingKey(args), { pdf: !args.flag('no-pdf'), schemas: args.text('schemas'), supersedes: former });
    if (args.flag('json')) io.out(JSON.stringify({ report: written.html, pdf: written.pdf, overall: judgement.overall }));
    else for (const line of [...summaryLines(judgement, judgement.attempts.at(-1)?.scenario ?? judgement.run), `  ${written.html}`, written.pdf ? `  ${written.pdf}` : `  ${written.noPdf}`]) io.out(line);
    return exitOf(judgement.overall);
  },
};
