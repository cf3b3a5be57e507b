/** `npm run bench [NAME…]`: each peer and Assay in turn in one sitting, as ratios. Every file beside this one that exports `bench` is run. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface BenchRow {
  work: string;
  peer: string;
  /** Assay's speed divided by the peer's: above 1 is faster than the peer. */
  ratio: number;
  goal?: number;
  detail: string;
}
export interface Bench {
  name: string;
  run(): Promise<BenchRow[]>;
}

const wanted = process.argv.slice(2);
for (const file of (await readdir(import.meta.dirname)).filter((f) => f.endsWith('.ts') && f !== 'main.ts').sort()) {
  const { bench } = (await import(join(import.meta.dirname, file))) as { bench?: Bench };
  if (!bench || (wanted.length > 0 && !wanted.includes(bench.name))) continue;
  for (const row of await bench.run()) {
    const mark = Number.isNaN(row.ratio) ? '–' : row.goal === undefined ? ' ' : row.ratio >= row.goal ? '✓' : '✗';
    console.log(`${mark} ${row.work.padEnd(44)} ${Number.isNaN(row.ratio) ? '  absent' : `${row.ratio.toFixed(2).padStart(7)} ×`} ${row.peer}${row.goal === undefined ? '' : ` (goal ${+row.goal.toFixed(2)})`}  ${row.detail}`);
  }
}
