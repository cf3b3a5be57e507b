/** The faults of the imaging source: every file in `faults/` gives some. Adding one is adding a file, or a row in one. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeEnding, codeFolder } from '../../harness/root.js';
import type { SourceFault } from './fault.js';

const folder = codeFolder('simulators', 'imaging-document-source', 'faults');
const files = readdirSync(folder)
  .filter((name) => name.endsWith(codeEnding) && !name.endsWith('.d.ts'))
  .sort();
const tables = await Promise.all(files.map(async (name) => ((await import(pathToFileURL(join(folder, name)).href)) as { faults: readonly SourceFault[] }).faults));

export const sourceFaults: readonly SourceFault[] = tables.flat();
