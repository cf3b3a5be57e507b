/** Finds scenarios by where they lie: the path below the folder, without its ending, is the address. */
import { ConfigurationError } from '../configuration-error.js';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { nearest } from '../sut/explain-yaml.js';
import { dataFile } from '../root.js';
import { parseScenario, type KnownNames, type Scenario } from './scenario.js';

/** Not scenarios, though they lie among them. */
const OTHER = new Set(['fixtures']);

export interface ScenarioFolders {
  /** Folders beside the built-in one (`--scenarios DIR`). */
  more?: readonly string[];
  builtIn?: string;
}
/** `xds-i/ids/share-ct-study#RAD68-008`: a scenario, or one requirement in it. */
export interface Address {
  scenario: string;
  requirement?: string;
}

export function parseAddress(text: string): Address {
  const [scenario = '', requirement, ...rest] = text.split('#');
  if (scenario === '' || requirement === '' || rest.length > 0) throw new ConfigurationError(`Expected an address such as xds-i/ids/share-ct-study or xds-i/ids/share-ct-study#RAD68-008, found "${text}".`);
  return { scenario: scenario.replace(/\.ya?ml$/, '').replace(/^\/+|\/+$/g, ''), ...(requirement !== undefined && { requirement }) };
}

/** Addresses with their files, in order. An address that two folders have is an error. */
export async function listScenarioFiles(folders: ScenarioFolders = {}): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const folder of [folders.builtIn ?? dataFile('scenarios'), ...(folders.more ?? [])]) {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch((error: NodeJS.ErrnoException) => {
      throw new ConfigurationError(`${folder}: expected a folder of scenarios, but it cannot be read (${error.code}). Check --scenarios.`);
    });
    for (const entry of entries) {
      if (!entry.isFile() || !/\.ya?ml$/.test(entry.name)) continue;
      const file = join(entry.parentPath, entry.name);
      const parts = relative(folder, file).split(sep);
      if (OTHER.has(parts[0] ?? '')) continue;
      const address = parts.join('/').replace(/\.ya?ml$/, '');
      const other = found.get(address);
      if (other) throw new ConfigurationError(`The address ${address} stands for ${other} and for ${file}. Rename one of them.`);
      found.set(address, file);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Loads the scenarios of some addresses (all, where none is named); a folder's address stands for all scenarios in it. */
export async function loadScenarios(addresses: readonly string[], known: KnownNames, folders: ScenarioFolders = {}): Promise<{ scenario: Scenario; requirements: string[] }[]> {
  const files = await listScenarioFiles(folders);
  const wanted = new Map<string, Set<string> | undefined>();
  for (const text of addresses.length > 0 ? addresses : files.keys()) {
    const { scenario, requirement } = parseAddress(text);
    const matches = files.has(scenario) ? [scenario] : [...files.keys()].filter((address) => address.startsWith(`${scenario}/`));
    if (matches.length === 0) {
      const near = nearest(scenario, [...files.keys()]);
      throw new ConfigurationError(`Expected the address of a scenario, found "${scenario}". ${near ? `Did you mean "${near}"?` : `There are: ${[...files.keys()].join(', ')}.`}`);
    }
    for (const match of matches) {
      const before = wanted.get(match);
      wanted.set(match, requirement === undefined || (wanted.has(match) && before === undefined) ? undefined : new Set([...(before ?? []), requirement]));
    }
  }
  const loaded: { scenario: Scenario; requirements: string[] }[] = [];
  for (const [address, requirements] of wanted) {
    const scenario = await loadScenarioFile(files.get(address) ?? '', address, known);
    for (const id of requirements ?? []) {
      if (scenario.exercises.includes(id)) continue;
      const near = nearest(id, scenario.exercises);
      throw new ConfigurationError(`${address}#${id}: expected a requirement that the scenario exercises, found "${id}".${near ? ` Did you mean "${near}"?` : ''}`);
    }
    loaded.push({ scenario, requirements: [...(requirements ?? [])] });
  }
  return loaded;
}

/** Loads one file under an address. */
export async function loadScenarioFile(file: string, address: string, known: KnownNames): Promise<Scenario> {
  return parseScenario(await readFile(file, 'utf8'), file, address, known);
}
