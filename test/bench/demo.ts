/** The demo, from the command to the signed PDF. There is no peer: the goal is 15 seconds on two cores. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeEnding, codeFolder } from '../../harness/root.js';
import { median } from './in-turn.js';
import type { Bench } from './main.js';

const GOAL_SECONDS = 15;

export const bench: Bench = {
  name: 'demo',
  async run() {
    const times: number[] = [];
    let pdf = false;
    for (let round = 0; round < 3; round++) {
      const dir = await mkdtemp(join(tmpdir(), 'assay-bench-'));
      try {
        const start = performance.now();
        const child = spawn(process.execPath, [...process.execArgv, codeFolder('harness', 'cli', `main${codeEnding}`), 'demo', '--out', dir], { stdio: 'ignore' });
        const [code] = (await once(child, 'exit')) as [number];
        if (code !== 0) throw new Error(`the demo ended with ${code}`);
        times.push((performance.now() - start) / 1000);
        pdf = (await readdir(dir, { recursive: true })).some((name) => name.endsWith('report.pdf'));
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    }
    times.sort((a, b) => a - b);
    const spread = `${times[0]?.toFixed(1)}–${times.at(-1)?.toFixed(1)} s, median ${median(times).toFixed(1)}`;
    return [{ work: `demo (goal of ${GOAL_SECONDS} s / seconds)`, peer: 'its goal', ratio: GOAL_SECONDS / median(times), goal: 1, detail: `${spread}${pdf ? '' : ', without a PDF: no browser'}; ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}` }];
  },
};
