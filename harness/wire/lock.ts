/** One run, one writer: a lock file that names its holder. */
import { ConfigurationError } from '../configuration-error.js';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { processAlive } from './process-alive.js';

interface Holder {
  pid: number;
  host: string;
  /** Start of the process in clock ticks, where the system tells: a number that was given anew is not the same process. */
  started?: string;
}

/** Takes the lock or throws, saying who holds it. A lock whose process is gone is stale and taken over. Returns the release. */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const mine: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(JSON.stringify(mine));
      await file.close();
      return async () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const holder = parseHolder(text);
    if (holder && holds(holder, mine)) {
      throw new ConfigurationError(`${path}: expected no other writer, found process ${holder.pid} on ${holder.host}; end it, or wait until it is done`);
    }
    await removeStale(path, text);
  }
  throw new ConfigurationError(`${path}: another process takes this lock over and over; try again`);
}

function parseHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    // Killed between making and filling the file: nobody's.
    return undefined;
  }
}

/** Another machine's process cannot be asked: it is taken to be alive. */
function holds(holder: Holder, mine: Holder): boolean {
  if (holder.host !== mine.host) return true;
  if (!processAlive(holder.pid)) return false;
  return holder.started === undefined || holder.started === startOf(holder.pid);
}

/** Moves the stale lock aside; if it was another's fresh one by then, it is put back. */
async function removeStale(path: string, expected: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== expected) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Field 22 of /proc/PID/stat; undefined on systems without it. */
function startOf(pid: number): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
