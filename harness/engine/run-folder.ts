/** The folder of a run: where it lies, and what stands in it before anything happens. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sha256, SutDescription } from '../contracts.js';
import type { Scenario } from './scenario.js';

export interface RunFolder {
  dir: string;
  id: string;
  catalogueSha: Sha256;
  programmeSha: Sha256;
}

export const hashOf = (bytes: Uint8Array): Sha256 => createHash('sha256').update(bytes).digest('hex');

/** Makes `runs/<time>-<id>/` with the files as used: catalogue, programme, the product's description without secrets, scenarios. */
export async function createRunFolder(
  runs: string,
  now: Date,
  files: { catalogue: Uint8Array; programme: Uint8Array; sut: SutDescription; scenarios: readonly Scenario[] },
): Promise<RunFolder> {
  const id = `${now.toISOString().replace(/[-:]/g, '').replace(/\.\d+Z$/, 'Z')}-${randomBytes(4).toString('hex')}`;
  const dir = join(runs, id);
  await mkdir(runs, { recursive: true });
  await mkdir(dir);
  await writeFile(join(dir, 'catalogue.json'), files.catalogue);
  await writeFile(join(dir, 'programme.json'), files.programme);
  await writeFile(join(dir, 'sut.json'), `${JSON.stringify(files.sut, null, 2)}\n`);
  for (const { address, text } of files.scenarios) {
    const file = join(dir, 'scenarios', `${address}.yaml`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return { dir, id, catalogueSha: hashOf(files.catalogue), programmeSha: hashOf(files.programme) };
}
