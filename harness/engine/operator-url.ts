/** `--trigger-url URL`: an HTTP hook makes the product act. It gets the values as JSON; any 2xx answer means done. */
import type { Operator } from './operator.js';
import { StepFailure } from './step.js';

const KEPT = 600;

/** What the hook says of a failure; a long answer is not read to its end. */
async function beginningOf(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > KEPT) break;
  }
  return text.slice(0, KEPT).trim();
}

/** Without user and query, which may hold what no log should. */
const shown = (url: string): string => (URL.canParse(url) ? `${new URL(url).origin}${new URL(url).pathname}` : url);

export function urlOperator(url: string, options: { timeoutMs?: number; headers?: Record<string, string> } = {}): Operator {
  return {
    ask: async (prompt, signal) => {
      const limit = AbortSignal.timeout(options.timeoutMs ?? 600_000);
      let status: number;
      let said = '';
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...options.headers },
          body: JSON.stringify({ prompt: prompt.text, ...prompt.values }),
          signal: AbortSignal.any([signal, limit]),
        });
        status = response.status;
        said = await beginningOf(response);
      } catch (error) {
        signal.throwIfAborted();
        const cause = (error as Error & { cause?: NodeJS.ErrnoException }).cause;
        throw new StepFailure(`the hook ${shown(url)}: expected a 2xx answer, found none: ${limit.aborted ? 'it took too long' : (cause?.code ?? (error as Error).message)}`);
      }
      if (status < 200 || status > 299) throw new StepFailure(`the hook ${shown(url)}: expected a 2xx answer, found ${status}${said === '' ? '' : `: ${said}`}`);
      return { by: `hook: ${shown(url)}`, at: new Date().toISOString(), value: 'done', attachments: [] };
    },
  };
}
