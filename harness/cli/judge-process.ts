/** The final verdict is computed in a process of its own, from the run folder alone: no simulator, no network, no fault name reaches it. */
import { spawn } from 'node:child_process';
import type { Judgement } from '../contracts.js';
import { codeEnding, codeFolder } from '../root.js';
import { ConfigurationError, EXIT } from './command.js';

export interface JudgeArguments {
  schemas?: string;
  only?: string[];
}

export function judgeInOwnProcess(folder: string, options: JudgeArguments, signal?: AbortSignal): Promise<Judgement> {
  const main = codeFolder('harness', 'cli', `main${codeEnding}`);
  const words = ['judge', folder, '--json', ...(options.schemas ? ['--schemas', options.schemas] : []), ...(options.only ?? []).flatMap((id) => ['--only', id])];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, main, ...words], { stdio: ['ignore', 'pipe', 'pipe'], signal });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.once('error', reject);
    child.once('close', (code) => {
      try {
        resolve(JSON.parse(out) as Judgement);
      } catch {
        if (code === EXIT.configuration) return reject(new ConfigurationError(err.trim()));
        reject(new Error(`the judging process ended with code ${code} and gave no judgement: ${err.trim() || out.slice(0, 300)}`));
      }
    });
  });
}
