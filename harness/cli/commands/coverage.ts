import { loadScenarios } from '../../engine/scenario-folders.js';
import { builtInVerbs } from '../../engine/step.js';
import { loadCatalogue } from '../../requirements/catalogue.js';
import { measureCoverage } from '../../validation/coverage.js';
import { EXIT, type Command } from '../command.js';

export const command: Command = {
  name: 'coverage',
  summary: 'which requirement is decided by which check, shown by running its witnesses',
  usage: '[--json]',
  help: `Runs the witnesses (wire bytes on which each check is shown to pass and to fail) and tells, for each requirement of the
catalogue, the checks that decide it, its witnesses, the scenarios that promise it, or why no check decides it. Runs in a
checkout: the witnesses are not part of the package.

  --json    {requirements: [{id, transaction, obliged, checks, conformantWitness, violatingWitness, scenarios, reasonIfNone}], totals}

Exit: 0 every check is proven by its witnesses, 1 one is not.`,
  options: { json: { type: 'boolean' } },
  async run(args, io) {
    const { entries } = await loadCatalogue();
    const loaded = await loadScenarios([], { verbs: await builtInVerbs() });
    const coverage = await measureCoverage(entries, loaded.map(({ scenario }) => ({ address: scenario.address, covers: scenario.exercises })));
    if (args.flag('json')) io.out(JSON.stringify(coverage));
    else {
      for (const row of coverage.requirements.filter((r) => r.checks.length > 0)) {
        io.out(`${row.conformantWitness && row.violatingWitness ? '✓' : '✗'} ${row.id.padEnd(16)} ${row.transaction.padEnd(9)} passes on ${row.conformantWitness ?? '–'}, fails on ${row.violatingWitness ?? '–'}`);
      }
      for (const problem of coverage.problems) io.out(`✗ ${problem}`);
      const t = coverage.totals;
      io.out(`\n${t.withCheck} of ${t.requirements} requirements are decided by ${t.checks} checks; ${t.proven} are proven by witnesses`);
      for (const [reason, count] of Object.entries(t.reasons)) io.out(`  ${count} without a check: ${reason}`);
    }
    return coverage.problems.length > 0 ? EXIT.doesNotConform : EXIT.conforms;
  },
};
