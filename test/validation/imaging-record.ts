/** Records of runs for tests of the imaging checks: a conformant case with other bytes in it, and the verdicts of some requirements. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding, RunRecord } from '../../harness/contracts.js';
import { judge } from '../../harness/validation/judge.js';
import { loadWitness } from '../witness/load.js';
import type { Edit } from '../witness/mutator.mjs';

const CASES = join(import.meta.dirname, '..', 'witness', 'cases');

/** The octets of a part of a message of share-ct-study that is a DICOM file, counted from 1. */
export function partOfCase(message: string, part: number): Buffer {
  const raw = readFileSync(join(CASES, 'share-ct-study', `${message}.http`));
  const boundary = Buffer.from(`\r\n--${/boundary="([^"]+)"/.exec(raw.toString('latin1', 0, 2000))?.[1] ?? ''}`);
  let at = -1;
  for (let index = 0; index <= part; index++) at = raw.indexOf(boundary.subarray(index === 0 ? 2 : 0), at + 1);
  const start = raw.indexOf('\r\n\r\n', at) + 4;
  return raw.subarray(start, raw.indexOf(boundary, start));
}

/** An edit that puts other octets in the place of a part. */
export const otherPart = (message: string, part: number, octets: Uint8Array): Edit => ({
  in: message,
  part,
  hex: partOfCase(message, part).toString('hex'),
  withHex: Buffer.from(octets).toString('hex'),
});

export const edited = (edits: Edit[], name = 'share-ct-study'): Promise<RunRecord> =>
  loadWitness(name, { edits, refresh: edits.some((edit) => edit.in === 'rad-68.request') ? ['size', 'hash'] : [] });

/** Verdicts by requirement, of those whose id matches. */
export async function verdicts(record: RunRecord, ids: RegExp = /./): Promise<Record<string, string>> {
  const judgement = await judge(record);
  return Object.fromEntries(judgement.requirements.filter(({ id }) => ids.test(id)).map(({ id, verdict }) => [id, verdict]));
}

/** What speaks against the product, as `id: because`. */
export async function violations(record: RunRecord, ids: RegExp = /./): Promise<string[]> {
  const judgement = await judge(record);
  const all: Finding[] = judgement.requirements.filter(({ id }) => ids.test(id)).flatMap(({ findings }) => findings);
  return [...new Set(all.filter(({ outcome }) => outcome === 'violated').map(({ requirement }) => requirement))].sort();
}

export const hasDcmtk = (): boolean => spawnSync('dcmconv', ['--version']).status === 0;

/** A DICOM file as a tool of DCMTK writes it anew. */
export function rewritten(octets: Uint8Array, tool: string, options: string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'assay-dcmtk-'));
  try {
    writeFileSync(join(folder, 'in.dcm'), octets);
    execFileSync(tool, [...options, join(folder, 'in.dcm'), join(folder, 'out.dcm')], { stdio: 'pipe' });
    return readFileSync(join(folder, 'out.dcm'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
