import type { Json } from '../../contracts.js';
import type { Verb } from '../step.js';

type AttestParameters = { text: string; picture?: boolean };

/** Asks a person what only eyes can judge: who, when, and what they saw. */
export const attest: Verb<AttestParameters, Json> = {
  verb: 'attest',
  description: 'Asks a person what only eyes can judge',
  shorthand: 'text',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['text'],
    properties: {
      text: { type: 'string', minLength: 1, description: 'A question that yes or no answers', examples: ['Are both series shown?'] },
      picture: { type: 'boolean', description: 'Ask for a picture of what was seen' },
    },
  },
  results: ['by', 'at', 'value', 'note'],
  onResume: 'repeat',
  summary: ({ text }) => text,
  async run({ text, picture }, context) {
    const { by, at, value, note } = await context.ask({ kind: 'attest', text, ...(picture && { attachments: true }) });
    return { by, at, value, ...(note !== undefined && { note }) };
  },
};
