import { loadScenarios } from '../../engine/scenario-folders.js';
import { builtInVerbs } from '../../engine/step.js';
import { EXIT, type Command } from '../command.js';
import { allSimulators } from '../simulators.js';

export const command: Command = {
  name: 'list',
  summary: 'scenarios, faults and simulators',
  usage: '[--faults] [--simulators] [--scenarios DIR]… [--json]',
  help: `Without an option: the scenarios with what each one covers.

  --faults           faults that simulators can be told to have, with what each breaks
  --simulators       simulated actors and their settings
  --scenarios DIR    more scenarios; may be repeated
  --json             everything: {scenarios: [{address, title, actor, profile, transactions, covers}],
                     faults: [{name, actor, breaks, alsoBreaks, hides, expectedExit}]}`,
  options: { faults: { type: 'boolean' }, simulators: { type: 'boolean' }, scenarios: { type: 'string', multiple: true }, json: { type: 'boolean' } },
  async run(args, io) {
    const simulators = [...(await allSimulators()).values()];
    const loaded = await loadScenarios([], { verbs: await builtInVerbs() }, { more: args.texts('scenarios') });
    const scenarios = loaded.map(({ scenario: s }) => ({ address: s.address, title: s.title, actor: s.actorUnderTest, profile: s.profile, transactions: s.transactions, covers: s.covers, exercises: s.exercises }));
    const faults = simulators.flatMap((s) => s.faults.map((f) => ({ name: f.id, actor: f.actor, title: f.title, breaks: f.breaks, alsoBreaks: f.alsoBreaks, hides: f.hides, expectedExit: f.expectedExit })));
    if (args.flag('json')) {
      io.out(JSON.stringify({ scenarios, faults, simulators: simulators.map((s) => ({ name: s.name, actor: s.actor, settings: s.settings })) }));
      return EXIT.conforms;
    }
    if (args.flag('faults')) {
      const width = Math.max(...faults.map((f) => f.name.length));
      for (const actor of new Set(faults.map((f) => f.actor))) {
        io.out(actor);
        for (const f of faults.filter((one) => one.actor === actor)) io.out(`  ${f.name.padEnd(width)}  ${f.breaks.padEnd(14)} exit ${f.expectedExit}  ${f.title}`);
      }
    } else if (args.flag('simulators')) {
      for (const s of simulators) {
        const properties = Object.entries((s.settings as { properties?: Record<string, { description?: string; default?: unknown }> } | null)?.properties ?? {});
        io.out(`${s.name}: ${s.actor}`);
        for (const [name, p] of properties) io.out(`  ${name.padEnd(22)} ${p.description ?? ''}${p.default === undefined ? '' : ` (default ${JSON.stringify(p.default)})`}`);
      }
    } else {
      for (const s of scenarios) io.out(`${s.address}\n  ${s.title}. ${s.actor} of ${s.profile}, ${s.transactions.join(', ')}; covers ${s.covers.join(', ') || 'no test'}; promises ${s.exercises.length} requirements`);
    }
    return EXIT.conforms;
  },
};
