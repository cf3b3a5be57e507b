/** Simulators on a real host, with evidence in memory, for tests. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exchange, RunningSimulator, Simulator } from '../../harness/contracts.js';
import { createHost } from '../../harness/wire/host.js';
import { memoryEvidence, memoryLog } from '../../harness/wire/memory.js';

export interface Bench {
  exchanges: Exchange[];
  bytes(exchange: string, from: 'initiator' | 'responder'): Buffer;
  start<S>(simulator: Simulator<S>, settings?: S, fault?: string): Promise<RunningSimulator>;
  dir: string;
  close(): Promise<void>;
}

export async function openBench(): Promise<Bench> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-simulators-'));
  const evidence = memoryEvidence();
  const host = createHost({ run: 'test', evidence, log: memoryLog(), dataDir: dir });
  const exchanges: Exchange[] = [];
  host.onExchange((e) => exchanges.push(e));
  const running: RunningSimulator[] = [];
  return {
    exchanges,
    dir,
    bytes: (id, from) => evidence.bytes(exchanges.find((e) => e.id === id)!.messages.find((m) => m.from === from)!.raw),
    async start<S>(simulator: Simulator<S>, settings?: S, fault?: string) {
      const started = await simulator.start(host.for(simulator.name, { fault }), settings as S);
      running.push(started);
      return started;
    },
    async close() {
      await Promise.all(running.map((r) => r.stop()));
      await host.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Runs a foreign program to its end. */
export function run(command: string, args: string[], input?: Uint8Array | string): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (d: Buffer) => (stdout += d.toString('utf8')));
    child.stderr.on('data', (d: Buffer) => (stderr += d.toString('utf8')));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
    child.stdin.end(input);
  });
}

/** What curl got: status, head and body. */
export async function curl(url: string, contentType: string, body: Uint8Array | string, ...more: string[]): Promise<{ status: number; text: string }> {
  const { stdout } = await run('curl', ['-s', '-i', '--max-time', '10', '-H', `Content-Type: ${contentType}`, '-H', 'Expect:', '--data-binary', '@-', ...more, url], body);
  return { status: Number(/^HTTP\/1\.1 (\d{3})/m.exec(stdout)?.[1] ?? 0), text: stdout };
}

/** Waits for a condition by turns of the event loop, within the test's own time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

