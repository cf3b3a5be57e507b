/** Starts foreign systems and `assay run` against them, as a user would: child processes, files, exit codes. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Judgement, Verdict } from '../../harness/contracts.js';

export const interop = dirname(fileURLToPath(import.meta.url));
const root = join(interop, '..', '..');

/** The tools without which the foreign systems cannot run; those that are absent. */
export function missingTools(): string[] {
  return ['storescp', 'storescu', 'dump2dcm', 'dcm2xml', 'dcmcjpeg', 'dcmdjpeg', 'dcmconv', 'curl', 'python3'].filter(
    (tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error !== undefined,
  );
}

export interface Sut {
  endpoints: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts a Python system under test; resolves with the endpoints that it prints. */
export async function startSut(script: string, args: string[] = [], env: Record<string, string> = {}): Promise<Sut> {
  const child = spawn('python3', ['-B', join(interop, script), ...args], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const line = await firstLine(child, script);
  return {
    endpoints: JSON.parse(line) as Record<string, string>,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess, script: string): Promise<string> {
  if (!child.stdout) throw new Error('no standard output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error(`${script} ended before it said where it is`);
}

export interface Outcome {
  exit: number | null;
  stderr: string;
  lines: string[];
  judgement?: Judgement;
  /** Of each requirement that the judgement names. */
  verdicts: Map<string, Verdict>;
}

export interface Order {
  sut: Sut;
  trigger: string;
  /** Folder of Part 10 files; Assay's own fixture where it is left out. */
  study?: string;
  timing?: string;
}

/** `assay run` of the scenario, in a process of its own. */
export async function assayRun(order: Order): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-foreign-'));
  try {
    const template = await readFile(join(interop, 'foreign-sut', 'foreign.sut.yaml'), 'utf8');
    const file = join(folder, 'sut.yaml');
    await writeFile(file, forSut(template, order));
    const words = ['run', 'xds-i/ids/share-ct-study', '--sut', file, '--trigger', order.trigger, '--json', '--no-pdf', '--out', join(folder, 'run')];
    if (order.study) words.push('--own-study', order.study, '--patient-id', 'AD-500^^^&1.3.6.1.4.1.21367.2005.13.20.1000&ISO');
    const child = spawn(process.execPath, ['--import', 'tsx', 'harness/cli/main.ts', ...words], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    const judgement = await reportOf(join(folder, 'run'));
    const verdicts = new Map((judgement?.requirements ?? []).map((r) => [r.id, r.verdict]));
    return { exit: child.exitCode, stderr: err, lines: out.split('\n').filter(Boolean), judgement, verdicts };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function forSut(template: string, order: Order): string {
  const { dicom, rad69, aeTitle } = order.sut.endpoints;
  return template
    .replace(/dicom: '127[^']*'/, `dicom: '${dicom}'`)
    .replace(/rad69: '[^']*'/, `rad69: '${rad69}'`)
    .replace('{ dicom: FOREIGN_IDS }', `{ dicom: ${aeTitle ?? 'DEGENERATE'} }`)
    .replace('submission: 60000', `submission: ${order.timing ?? '60000'}`);
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function reportOf(folder: string): Promise<Judgement | undefined> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const name = names.find((n) => n === 'report.json' || n.endsWith('/report.json'));
  return name ? (JSON.parse(await readFile(join(folder, name), 'utf8')) as Judgement) : undefined;
}

/** The ids that have a verdict, in order. */
export function having(outcome: Outcome, ...wanted: Verdict[]): string[] {
  return [...outcome.verdicts].filter(([, verdict]) => wanted.includes(verdict)).map(([id]) => id).sort();
}

/** The steps that were not carried out, of the events on standard output. */
export function unfinished(outcome: Outcome): string[] {
  const events = outcome.lines.map((line) => JSON.parse(line) as { type: string; data?: { verb: string; outcome: string; message?: string } });
  const steps = events.flatMap(({ type, data }) => (type === 'step.finished' && data ? [data] : []));
  if (steps.length === 0) return ['no step'];
  return steps.filter((step) => step.outcome !== 'done').map((step) => `${step.verb}: ${step.outcome}: ${step.message ?? ''}`);
}

/** What a person needs to see where a run did not end as it should. */
export function explain(outcome: Outcome): string {
  const findings = (outcome.judgement?.requirements ?? [])
    .filter((r) => r.verdict === 'fail' || r.verdict === 'warning' || r.verdict === 'error')
    .flatMap((r) => r.findings.filter((f) => f.outcome !== 'met').map((f) => `${r.id} ${r.verdict}: ${f.because} (expected ${f.expected ?? '-'}, found ${f.found ?? '-'})`));
  return [`exit ${String(outcome.exit)}, ${outcome.judgement?.overall ?? 'no judgement'}`, ...findings, outcome.stderr.slice(-2000)].join('\n');
}
