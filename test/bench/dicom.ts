/** DICOM headers of manifests and CT images against dcmjs, and the checks of a manifest against dciodvfy, a process a file. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDicom } from '../../harness/formats/dicom.js';
import { manifestView } from '../../harness/formats/manifest.js';
import type { DicomDataset } from '../../harness/formats/model.js';
import { Views } from '../../harness/formats/viewer.js';
import { judge } from '../../harness/validation/judge.js';
import { builtInChecks } from '../../harness/validation/registry.js';
import { prepareStudy } from '../../scenarios/fixtures/index.js';
import { loadWitness } from '../witness/load.js';
import { absent, inTurn, row } from './in-turn.js';
import type { Bench, BenchRow } from './main.js';

const require = createRequire(import.meta.url);

async function manifestOf(record: Awaited<ReturnType<typeof loadWitness>>): Promise<Buffer> {
  const raw = record.exchanges[0]?.messages[0]?.raw;
  const manifest = raw && (await new Views(record.evidence).view(raw, manifestView));
  if (!manifest?.document.bytes) throw new Error('the witness has a manifest');
  return Buffer.from(manifest.document.bytes);
}

function everyText(dataset: DicomDataset): void {
  for (const { tag, items } of dataset.elements) {
    if (items) items.forEach(everyText);
    else dataset.text(tag);
  }
}

async function headers(name: string, files: Buffer[], repeat: number): Promise<BenchRow[]> {
  const dcmjs = require('dcmjs') as { data: { DicomMessage: { readFile(bytes: ArrayBuffer): unknown } }; log: { setLevel(level: number): void; levels: { SILENT: number } } };
  dcmjs.log.setLevel(dcmjs.log.levels.SILENT);
  const copies = files.map((bytes) => new Uint8Array(bytes).buffer);
  const often = (work: () => void) => (): void => {
    for (let n = 0; n < repeat; n++) work();
  };
  const [theirs, ours] = await inTurn(
    [often(() => copies.forEach((bytes) => dcmjs.data.DicomMessage.readFile(bytes))), often(() => files.forEach((bytes) => everyText(parseDicom(bytes).dataset)))],
    7,
  );
  return [row(`DICOM headers, every text decoded: ${name}`, 'dcmjs', 10, ours, theirs, files.length * repeat), absent(`DICOM headers: ${name}`, 'dicom-parser')];
}

/** In process, from the stored message to the findings with their places, reading included; schemas take no part. */
async function objectCheck(dir: string): Promise<BenchRow[]> {
  const work = 'checks of a manifest as an object, in process';
  if (spawnSync('dciodvfy', ['-version']).error) return [absent(work, 'dciodvfy')];
  const record = await loadWitness('share-ct-study');
  const submission = { ...record, exchanges: record.exchanges.slice(0, 1), attempts: record.attempts.map((attempt) => ({ ...attempt, exchanges: attempt.exchanges.slice(0, 1) })) };
  const file = join(dir, 'manifest.dcm');
  await writeFile(file, await manifestOf(record));
  const only = (await builtInChecks()).map(({ check }) => check.decides).filter((id) => id.startsWith('ASY-KOS-'));
  const count = 20;
  const ours = async (): Promise<void> => {
    for (let n = 0; n < count; n++) await judge(submission, { only });
  };
  const theirs = (): void => {
    for (let n = 0; n < count; n++) spawnSync('dciodvfy', [file], { stdio: 'ignore' });
  };
  const [mine, dciodvfy] = await inTurn([ours, theirs], 7);
  return [row(work, 'dciodvfy, a process a file', 20, mine, dciodvfy, count, `; ${new Set(only).size} requirements, most of dciodvfy is its start`)];
}

export const bench: Bench = {
  name: 'dicom',
  async run() {
    const dir = await mkdtemp(join(tmpdir(), 'assay-bench-'));
    try {
      const manifest = await manifestOf(await loadWitness('share-ct-study'));
      const { files } = await prepareStudy('ct-two-series', join(dir, 'study'));
      const images = await Promise.all(files.map((file) => readFile(file)));
      return [...(await headers('a manifest', [manifest], 200)), ...(await headers('CT images', images, 60)), ...(await objectCheck(dir))];
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
};
