import type { Json } from '../../contracts.js';
import { StepSkipped, type Verb } from '../step.js';

type CheckParameters = { exchange?: Json };

/** Shows the verdict so far. A preview by the same function as the final judgement, which is made anew from stored bytes. */
export const check: Verb<CheckParameters, { counts: Record<string, number>; failed: string[] }> = {
  verb: 'check',
  description: 'Shows the verdict so far; the final one is made from the stored bytes after the run',
  shorthand: 'exchange',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: { exchange: { type: 'string', pattern: '^\\$\\{[a-z][a-zA-Z0-9-]*\\}$', description: 'The message after which one wants to know', examples: ['${submission}'] } },
  },
  results: ['counts', 'failed'],
  onResume: 'repeat',
  summary: () => 'the verdict so far',
  told: ({ counts, failed }) => `${Object.entries(counts).map(([verdict, n]) => `${n} ${verdict}`).join(', ')}${failed.length > 0 ? `: ${failed.slice(0, 8).join(', ')}${failed.length > 8 ? ', …' : ''}` : ''}`,
  async run(_parameters, context) {
    if (!context.preview) throw new StepSkipped('no judge is at hand in this run: the verdict is made afterwards');
    const { counts, failed } = await context.preview();
    return { counts, failed };
  },
};
