/** The package's own folder, whether run from source or from `dist`: data files stand at the same place below it in both. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const packageRoot: string = (() => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
})();

/** Absolute path of a data file of the package. */
export const dataFile = (...parts: string[]): string => join(packageRoot, ...parts);

/** `.ts` from source, `.js` from `dist`: the ending of code files that are found by listing a folder or started as a process. */
export const codeEnding: string = import.meta.filename.endsWith('.ts') ? '.ts' : '.js';

/** Absolute path of a folder of code, beside which this file lies in source and in `dist` alike. */
export const codeFolder = (...parts: string[]): string => join(import.meta.dirname, '..', ...parts);
