/** Who drives the product: a person at a terminal, a command, or an HTTP hook. */
import type { Answer, Prompt } from '../contracts.js';

export interface Operator {
  /** Rejects with a `StepFailure` where the product could not be made to act. */
  ask(prompt: Prompt, signal: AbortSignal): Promise<Answer>;
}

/** `study.uid` becomes `ASSAY_STUDY_UID`. */
export const environmentOf = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`ASSAY_${name.replace(/[^A-Za-z0-9]/g, '_').toUpperCase()}`, value]));

/** Questions for eyes go to a person; a hook has none. */
export function withPersonFor(hook: Operator, person?: Operator): Operator {
  return {
    ask: async (prompt, signal) => {
      if (prompt.kind === 'do') return hook.ask(prompt, signal);
      if (person) return person.ask(prompt, signal);
      return { by: 'hook', at: new Date().toISOString(), value: 'cannot tell', note: 'no person was there to look', attachments: [] };
    },
  };
}
