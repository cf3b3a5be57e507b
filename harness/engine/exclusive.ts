/** One run at a time for a product that asks for it, and for a vendor's own study, whose identifiers do not tell runs apart. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../canonical-json.js';
import type { SutDescription } from '../contracts.js';
import { takeLock } from '../wire/lock.js';
import { ConfigurationError } from '../configuration-error.js';
import { hashOf } from './run-folder.js';

/** Returns the release; nothing is held where runs may go side by side. */
export async function claimProduct(sut: SutDescription, runs: string, ownStudy: boolean): Promise<() => Promise<void>> {
  if (!sut.exclusive && !ownStudy) return async () => undefined;
  const endpoints = Object.values(sut.systems).map((system) => system.endpoints);
  const key = hashOf(Buffer.from(canonicalJson({ product: sut.product, endpoints }))).slice(0, 16);
  await mkdir(runs, { recursive: true });
  try {
    return await takeLock(join(runs, `.product-${key}.lock`));
  } catch (error) {
    const why = ownStudy ? "the vendor's own study is used, and messages for it cannot be told apart" : 'its SUT file says "exclusive: true"';
    throw new ConfigurationError(`Another run speaks with ${sut.product.name} now, and ${why}: ${(error as Error).message}`);
  }
}
