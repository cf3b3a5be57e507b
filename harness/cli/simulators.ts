import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Simulator } from '../contracts.js';
import { codeEnding, codeFolder } from '../root.js';
import { UsageError } from './command.js';

/** Every simulated actor, by the folder it lies in; `emit` and `common` are no actors. */
export async function allSimulators(): Promise<Map<string, Simulator<never>>> {
  const root = codeFolder('simulators');
  const found = new Map<string, Simulator<never>>();
  for (const entry of (await readdir(root, { withFileTypes: true })).filter((e) => e.isDirectory()).sort((a, b) => a.name.localeCompare(b.name))) {
    const files = await readdir(join(root, entry.name));
    if (!files.includes(`index${codeEnding}`)) continue;
    const module = (await import(join(root, entry.name, `index${codeEnding}`))) as { simulator?: Simulator<never> };
    if (module.simulator) found.set(module.simulator.name, module.simulator);
  }
  return found;
}

export async function simulatorNamed(name: string): Promise<Simulator<never>> {
  const all = await allSimulators();
  const simulator = all.get(name);
  if (!simulator) throw new UsageError(`unknown simulator ${JSON.stringify(name)}; there are: ${[...all.keys()].join(', ')}`);
  return simulator;
}
