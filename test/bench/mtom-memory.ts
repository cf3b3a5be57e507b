/** A submission of 100 MiB (ASSAY_BENCH_MB: another size): Assay's listener (every byte on disk, hashed, before the answer) beside a server that only drains and hashes; peak memory above idle. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median as middle } from './in-turn.js';
import type { Bench, BenchRow } from './main.js';

const median = (values: number[]): number => middle([...values].sort((a, b) => a - b));

const MB = 1024 * 1024;
const SIZE = Number(process.env['ASSAY_BENCH_MB'] ?? 100);
const ROUNDS = 5;
const LIMIT_MB = 200;

interface Measure {
  mbPerSecond: number;
  peakMb: number;
}

async function measure(kind: 'assay' | 'drain'): Promise<Measure> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'servers', 'mtom.ts'), kind, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(line.toString());
    await send(port, 1); // Warm.
    const idle = await residentMb(child.pid, 'VmRSS');
    const start = performance.now();
    await send(port, SIZE);
    const seconds = (performance.now() - start) / 1000;
    return { mbPerSecond: SIZE / seconds, peakMb: (await residentMb(child.pid, 'VmHWM')) - idle };
  } finally {
    child.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  }
}

async function send(port: number, megabytes: number): Promise<void> {
  const boundary = 'MIMEBoundary';
  const head = `--${boundary}\r\nContent-Type: application/xop+xml\r\n\r\n<x/>\r\n--${boundary}\r\nContent-Type: application/dicom\r\nContent-Transfer-Encoding: binary\r\n\r\n`;
  const tail = `\r\n--${boundary}--\r\n`;
  const chunk = Buffer.alloc(MB, 'x');
  const socket = connect(port, '127.0.0.1');
  socket.write(`POST /xds HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/related; boundary=${boundary}\r\nContent-Length: ${head.length + megabytes * MB + tail.length}\r\n\r\n${head}`);
  for (let n = 0; n < megabytes; n += 1) if (!socket.write(chunk)) await once(socket, 'drain');
  socket.write(tail);
  await once(socket, 'data');
  socket.destroy();
}

async function residentMb(pid: number | undefined, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
}

export const bench: Bench = {
  name: 'mtom-memory',
  async run(): Promise<BenchRow[]> {
    const ours: Measure[] = [];
    const theirs: Measure[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      theirs.push(await measure('drain'));
      ours.push(await measure('assay'));
    }
    const ratios = ours.map((one, at) => one.mbPerSecond / (theirs[at]?.mbPerSecond ?? 1));
    const peak = Math.max(...ours.map((one) => one.peakMb));
    const detail = `min ${Math.min(...ratios).toFixed(2)}, max ${Math.max(...ratios).toFixed(2)}; ${median(ours.map((one) => one.mbPerSecond)).toFixed(0)} against ${median(theirs.map((one) => one.mbPerSecond)).toFixed(0)} MB/s`;
    return [
      { work: `submission of ${SIZE} MB, stored before the answer`, peer: 'drain and SHA-1', ratio: median(ratios), goal: 0.85, detail },
      { work: 'its peak memory above idle', peer: `limit of ${LIMIT_MB} MB`, ratio: LIMIT_MB / peak, goal: 1, detail: `${peak.toFixed(0)} MB (drain: ${Math.max(...theirs.map((one) => one.peakMb)).toFixed(0)} MB)` },
    ];
  },
};
