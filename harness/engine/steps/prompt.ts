import { isStepFailure, StepFailure, type Verb } from '../step.js';

type PromptParameters = { text: string };

/** Has someone make the product act: a person at the terminal, a command, or an HTTP hook. */
export const prompt: Verb<PromptParameters, { confirmed: boolean; by: string; at: string }> = {
  verb: 'prompt',
  description: 'Asks the person (or the hook) that drives the product to do something',
  shorthand: 'text',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['text'],
    properties: { text: { type: 'string', minLength: 1, description: 'What is to be done, as a sentence to a person', examples: ['Share study ${study.uid} with the repository.'] } },
  },
  results: ['confirmed', 'by', 'at'],
  // Whether the product was made to act before the interruption, only who drives it knows.
  onResume: 'ask',
  summary: ({ text }) => text,
  async run({ text }, context) {
    const unconfirmed = { confirmed: false, by: '', at: context.clock().toISOString() };
    const answer = await context.ask({ kind: 'do', text, values: context.values() }).catch((error: unknown) => {
      // A hook that failed may have made the product act all the same.
      throw isStepFailure(error) ? new StepFailure(error.message, unconfirmed) : error;
    });
    if (answer.value === 'done' || answer.value === 'yes') return { confirmed: true, by: answer.by, at: answer.at };
    throw new StepFailure(`expected that it is done, found the answer "${answer.value}" of ${answer.by}${answer.note ? `: ${answer.note}` : ''}`, unconfirmed);
  },
};
