/** A person at the terminal. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { userInfo } from 'node:os';
import type { Answer } from '../contracts.js';
import type { Operator } from './operator.js';
import { StepFailure } from './step.js';

const MEANINGS: Record<string, Answer['value']> = { '': 'done', y: 'yes', yes: 'yes', done: 'done', n: 'no', no: 'no', '?': 'cannot tell' };

export function terminalOperator(input: Readable, output: Writable, by: string = userName()): Operator {
  return {
    ask: async (prompt, signal) => {
      const lines = createInterface({ input, output, terminal: false });
      try {
        const hint = prompt.kind === 'do' ? '[Enter when done, n if it cannot be done]' : '[y, n, or ? if you cannot tell; a remark behind it is kept]';
        for (;;) {
          output.write(`\n  ➤ ${prompt.text}\n    ${hint} `);
          const line = await nextLine(lines, signal);
          const [word = '', ...rest] = line.trim().split(/\s+/);
          const value = MEANINGS[word.toLowerCase()];
          if (value === undefined || (prompt.kind === 'attest' && word === '')) continue;
          return { by, at: new Date().toISOString(), value, attachments: [], ...(rest.length > 0 && { note: rest.join(' ') }) };
        }
      } finally {
        lines.close();
      }
    },
  };
}

function nextLine(lines: ReturnType<typeof createInterface>, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    lines.once('line', resolve);
    lines.once('close', () => reject(new StepFailure('expected an answer of a person, but there is no terminal. Use --trigger CMD or --trigger-url URL.')));
  });
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'operator';
  }
}
