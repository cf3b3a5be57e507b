/** The faults of a simulator: every file in its folder `faults/` gives some. Adding one is adding a file, or a row in one. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Fault } from '../../harness/contracts.js';
import { codeEnding, codeFolder } from '../../harness/root.js';

/** Reads the tables `faults` of all files there, in the order of their names. */
export async function faultsOf<F extends Fault>(simulator: string): Promise<readonly F[]> {
  const folder = codeFolder('simulators', simulator, 'faults');
  const files = (await readdir(folder)).filter((name) => name.endsWith(codeEnding) && !name.endsWith('.d.ts')).sort();
  const tables: (readonly F[])[] = [];
  for (const name of files) tables.push(((await import(pathToFileURL(join(folder, name)).href)) as { faults: readonly F[] }).faults);
  return tables.flat();
}
