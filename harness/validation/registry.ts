/**
 * Finds every check by where it lies: each file below `validation/checks/` exports one or more values made by `defineCheck` or
 * `defineAttemptCheck`. Adding a check is adding a file.
 */
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Check, Requirement } from '../contracts.js';
import { codeEnding, codeFolder } from '../root.js';

/** A check with the file that it was found in, for people. */
export interface RegisteredCheck {
  check: Check;
  file: string;
}

const isCheck = (value: unknown): value is Check =>
  typeof value === 'object' && value !== null && 'subject' in value && 'decides' in value && 'judge' in value;

async function codeFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(codeEnding) && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Every check below `folder`, ordered by id. A doubled id is an error. Files without a check (tables, helpers) are passed over. */
export async function findChecks(folder: string = codeFolder('harness', 'validation', 'checks')): Promise<RegisteredCheck[]> {
  const found = new Map<string, RegisteredCheck>();
  for (const path of await codeFiles(folder)) {
    const file = relative(folder, path).split(sep).join('/');
    const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
    for (const check of Object.values(module).filter(isCheck)) {
      const other = found.get(check.id);
      if (other && other.check !== check) {
        throw new Error(`The check id ${check.id} stands in ${other.file} and in ${file}: give one of them a suffix of its own, such as ${check.id}/other.`);
      }
      found.set(check.id, { check, file });
    }
  }
  return [...found.values()].sort((a, b) => (a.check.id < b.check.id ? -1 : 1));
}

/** Refuses checks that decide a requirement which the catalogue does not have. */
export function requireKnown(checks: readonly RegisteredCheck[], catalogue: readonly Requirement[]): void {
  const known = new Set(catalogue.map((requirement) => requirement.id));
  const unknown = checks.filter(({ check }) => !known.has(check.decides));
  if (unknown.length > 0) {
    const list = unknown.map(({ check, file }) => `${check.id} (${file})`).join(', ');
    throw new Error(`These checks decide requirements that the catalogue does not have: ${list}. Mend the id, or add the requirement to harness/requirements/catalogue.json.`);
  }
}

let loaded: Promise<readonly RegisteredCheck[]> | undefined;
/** The built-in checks, found once a process. */
export const builtInChecks = (): Promise<readonly RegisteredCheck[]> => (loaded ??= findChecks());
