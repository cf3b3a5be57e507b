/** `--trigger CMD`: a command makes the product act. It gets the values as environment variables, and as JSON on its standard input. */
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import type { Operator } from './operator.js';
import { environmentOf } from './operator.js';
import { StepFailure } from './step.js';

const KEPT = 4_000;

export interface CommandOptions {
  cwd?: string;
  timeoutMs?: number;
  env?: NodeJS.ProcessEnv;
}

/** The program alone: its arguments may hold what no log should. */
const programOf = (command: string): string => basename(command.trim().split(/\s+/)[0] ?? '');

export function commandOperator(command: string, options: CommandOptions = {}): Operator {
  return {
    ask: (prompt, signal) =>
      new Promise((resolve, reject) => {
        const name = programOf(command);
        const values = prompt.values ?? {};
        // A group of its own, so that what the command started ends with it.
        const child = spawn(command, { shell: true, detached: true, cwd: options.cwd, env: { ...(options.env ?? process.env), ...environmentOf(values), ASSAY_PROMPT: prompt.text }, stdio: ['pipe', 'pipe', 'pipe'] });
        let said = '';
        let why: string | undefined;
        const keep = (chunk: Buffer): void => void (said = (said + chunk.toString('utf8')).slice(-KEPT));
        child.stdout.on('data', keep);
        child.stderr.on('data', keep);
        child.stdin.on('error', () => undefined);
        child.stdin.end(`${JSON.stringify({ prompt: prompt.text, ...values })}\n`);
        const end = (reason: string): void => {
          why = reason;
          try {
            if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
          } catch {
            // It is gone already.
          }
        };
        const abort = (): void => end('the run was interrupted');
        const timeout = options.timeoutMs ?? 600_000;
        const timer = setTimeout(() => end(`it was not done after ${timeout / 1000} s`), timeout);
        signal.addEventListener('abort', abort, { once: true });
        const over = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', abort);
        };
        child.once('error', (error) => {
          over();
          reject(new StepFailure(`the trigger ${name} could not be started: ${error.message}`));
        });
        child.once('close', (code, killed) => {
          over();
          if (signal.aborted) reject(signal.reason as Error);
          else if (code === 0 && why === undefined) resolve({ by: `trigger: ${name}`, at: new Date().toISOString(), value: 'done', attachments: [], ...(said.trim() !== '' && { note: said.trim() }) });
          else reject(new StepFailure(`the trigger ${name}: expected exit code 0, found ${why ?? (code === null ? `signal ${killed}` : `exit code ${code}`)}${said.trim() === '' ? '' : `; it said: ${said.trim().slice(-600)}`}`));
        });
      }),
  };
}
