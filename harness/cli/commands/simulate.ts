import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Json, RunningSimulator, Simulator } from '../../contracts.js';
import { openStandaloneHost } from '../../wire/host.js';
import { EXIT, UsageError, type Command } from '../command.js';
import { allSimulators } from '../simulators.js';

/** Which address of one simulator another one needs, when they are started together. */
const WIRING: Record<string, Record<string, { from: string; endpoint: string }>> = {
  'document-repository': { registryUrl: { from: 'document-registry', endpoint: 'url' } },
};

function settingsFor(simulator: Simulator<never>, given: string[], port: number, running: Map<string, RunningSimulator>): Record<string, Json> {
  const properties = ((simulator.settings as { properties?: Record<string, { type?: string; default?: Json }> } | null)?.properties ?? {}) as Record<string, { type?: string; default?: Json }>;
  const settings: Record<string, Json> = {};
  if ('port' in properties) settings['port'] = port;
  for (const [setting, source] of Object.entries(WIRING[simulator.name] ?? {})) {
    const endpoint = running.get(source.from)?.endpoints[source.endpoint];
    if (endpoint) settings[setting] = endpoint;
  }
  for (const words of given) {
    const [, target, name = '', value = ''] = /^(?:([a-z-]+)\.)?([A-Za-z]+)=(.*)$/.exec(words) ?? [];
    if (!name) throw new UsageError(`--set ${words}: expected [SIMULATOR.]NAME=VALUE`);
    if (target !== undefined && target !== simulator.name) continue;
    const property = properties[name];
    if (!property) {
      if (target) throw new UsageError(`${simulator.name} has no setting ${name}; it has: ${Object.keys(properties).join(', ')}`);
      continue;
    }
    settings[name] = property.type === 'integer' || property.type === 'number' ? Number(value) : property.type === 'boolean' ? value === 'true' : property.type === 'object' || property.type === 'array' ? (JSON.parse(value) as Json) : value;
  }
  const validate = new Ajv2020({ useDefaults: true, strict: false, formats: { uri: true } }).compile(simulator.settings as object);
  if (!validate(settings)) {
    const first = validate.errors?.[0];
    throw new UsageError(`setting ${simulator.name}${first?.instancePath.replaceAll('/', '.') ?? ''}: ${first?.message ?? 'not as its schema asks'}, found ${JSON.stringify(settings)}`);
  }
  return settings;
}

export const command: Command = {
  name: 'simulate',
  summary: 'run simulated actors alone, to develop against',
  usage: 'NAME… [--port N] [--set [NAME.]SETTING=VALUE]… [--fault FAULT] [--dir DIR] [--json]',
  help: `Starts the named simulators, prints their addresses and runs until Ctrl-C. What belongs together finds each other: a
document-repository registers at the document-registry started with it. Every message is kept in DIR/evidence.

  --port N            the first one's port, the next one's is N+1, …; without it free ports are taken
  --bind ADDRESS      interface to listen on (default 127.0.0.1; 0.0.0.0 for all)
  --advertise HOST    the name that peers reach this computer by
  --set NAME=VALUE    a setting, of one simulator (document-repository.token=x) or of each that has it
  --fault FAULT       let it break one requirement (assay list --faults)
  --dir DIR           where evidence goes (default: a new folder below the system's temporary one)

  assay simulate document-repository document-registry --port 8080`,
  options: {
    port: { type: 'string' },
    bind: { type: 'string' },
    advertise: { type: 'string' },
    set: { type: 'string', multiple: true },
    fault: { type: 'string' },
    dir: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(args, io) {
    const all = await allSimulators();
    const names = args.positionals;
    if (names.length === 0) throw new UsageError(`expected at least one of: ${[...all.keys()].join(', ')}`);
    const unknown = names.filter((n) => !all.has(n));
    if (unknown.length) throw new UsageError(`unknown simulator ${unknown.join(', ')}; there are: ${[...all.keys()].join(', ')}`);
    const port = args.text('port');
    if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new UsageError(`--port ${port}: expected a number up to 65535`);
    const fault = args.text('fault');
    const chosen = names.map((n) => all.get(n)).filter((s): s is Simulator<never> => s !== undefined);
    if (fault && !chosen.some((s) => s.faults.some((f) => f.id === fault))) {
      throw new UsageError(`no fault ${JSON.stringify(fault)} of ${names.join(', ')}; there are: ${chosen.flatMap((s) => s.faults.map((f) => f.id)).join(', ') || 'none'}`);
    }
    const dir = args.text('dir') ?? (await mkdtemp(join(tmpdir(), 'assay-simulate-')));
    const host = await openStandaloneHost({ dir, bind: args.text('bind'), advertise: args.text('advertise'), signal: io.signal });
    const running = new Map<string, RunningSimulator>();
    // Who is needed by others starts first.
    const order = [...chosen].sort((a, b) => Number(a.name in WIRING) - Number(b.name in WIRING));
    try {
      for (const simulator of order) {
        const own = port === undefined ? 0 : Number(port) + chosen.indexOf(simulator);
        const settings = settingsFor(simulator, args.texts('set'), own, running);
        const breaks = simulator.faults.some((f) => f.id === fault);
        running.set(simulator.name, await simulator.start(host.for(simulator.name, breaks ? { fault } : {}), settings as never));
      }
      if (args.flag('json')) io.out(JSON.stringify({ simulators: Object.fromEntries([...running].map(([n, r]) => [n, r.endpoints])), dir }));
      else {
        for (const [name, r] of running) io.out(`${name}\n${Object.entries(r.endpoints).map(([k, v]) => `  ${k.padEnd(20)} ${v}`).join('\n')}`);
        io.out(`evidence in ${dir}\nCtrl-C ends it.`);
        host.onExchange((e) => io.out(`${new Date().toISOString()} ${e.transaction ?? e.protocol} from ${e.initiator.address}: ${e.ended}`));
        host.onProblem((p) => io.out(`${new Date().toISOString()} problem: ${p.what} (${p.peer})`));
      }
      if (!io.signal.aborted) await once(io.signal, 'abort');
    } finally {
      await Promise.allSettled([...running.values()].map((r) => r.stop()));
      await host.close();
    }
    return EXIT.conforms;
  },
};
