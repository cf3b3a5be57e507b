import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preflight } from '../../sut/preflight.js';
import { openStandaloneHost } from '../../wire/host.js';
import { EXIT, UsageError, type Command } from '../command.js';
import { loadSutFile } from '../sut-file.js';

export const command: Command = {
  name: 'preflight',
  summary: 'tell a wrong set-up from a wrong product, before a run',
  usage: 'sut.yaml [--json]',
  help: `Looks at what most failures come from: names that are not known, ports that refuse, certificates that expired or are not
trusted, AE titles (C-ECHO), clocks that differ, malformed OIDs, our own listeners under the advertised address. None of it
counts as conformance.

Exit: 0 ready, 3 something is wrong.`,
  options: { json: { type: 'boolean' } },
  async run(args, io) {
    const [file] = args.positionals;
    if (!file) throw new UsageError('expected a SUT file; Usage: assay preflight sut.yaml');
    const sut = await loadSutFile(file);
    const dir = await mkdtemp(join(tmpdir(), 'assay-preflight-'));
    const host = await openStandaloneHost({ dir, bind: sut.reach.bind, signal: io.signal });
    let wrong = 0;
    try {
      const echo = async (to: string, calledAe: string): Promise<string | undefined> => {
        const outcome = await host.for('preflight').dialDimse({ to, calledAe, callingAe: 'ASSAY', actor: 'Preflight', files: [], timeoutMs: 10_000 });
        return outcome.problem ?? (outcome.statuses['echo'] === 0 ? undefined : `answered with status ${outcome.statuses['echo']?.toString(16) ?? 'none'}`);
      };
      for await (const line of preflight(sut, { echo, signal: io.signal })) {
        if (line.state === 'wrong') wrong++;
        if (args.flag('json')) io.out(JSON.stringify(line));
        else io.out(`${{ ok: '✓', warning: '△', wrong: '✗' }[line.state]} ${line.what}: ${line.detail}${line.remedy ? `\n    ${line.remedy}` : ''}`);
      }
    } finally {
      await host.close();
      await rm(dir, { recursive: true, force: true });
    }
    return wrong > 0 ? EXIT.configuration : EXIT.conforms;
  },
};
