import { explainMismatch } from '../match.js';
import type { Verb } from '../step.js';
import { durationOf } from '../../sut/syntax.js';

type AwaitParameters = { transaction: string; at: string; within?: string | number; where?: Record<string, string>; stimulus?: { confirmed: boolean } };

/** A message that the product sent although it was reported that it could not act is on its way to the log. */
const GRACE_MS = 2_000;

/** Waits for a message of the product at one of our simulators. Nothing is polled: each exchange that ends is looked at once. */
export const awaitMessage: Verb<AwaitParameters, { exchange: string; transaction: string }> = {
  verb: 'await',
  description: 'Waits until a message of the product has arrived at a simulator',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['transaction', 'at'],
    properties: {
      transaction: { type: 'string', minLength: 1, description: 'Transaction that is awaited', examples: ['RAD-68'] },
      at: { type: 'string', minLength: 1, description: 'Simulator at which it is to arrive', examples: ['document-repository'] },
      within: { type: ['string', 'integer'], description: 'Longest wait: a duration, or a deadline of the SUT file', examples: ['10m', '${timing.submission}'] },
      stimulus: { type: 'string', pattern: '^\\$\\{[a-z][a-zA-Z0-9-]*\\}$', description: 'The prompt that makes the product send: where nobody confirmed it, only what has arrived already counts', examples: ['${shared}'] },
      where: {
        type: 'object',
        additionalProperties: false,
        description: 'What tells the message from those of others: identifiers read from its bytes',
        properties: {
          patient: { type: 'string', description: 'Patient identifier in the affinity domain, as CX', examples: ['${patient.domainId}'] },
          study: { type: 'string', description: 'Study Instance UID', examples: ['${study.uid}'] },
        },
      },
    },
  },
  results: ['exchange', 'transaction'],
  // The messages of before the interruption are looked at first.
  onResume: 'repeat',
  summary: ({ transaction, at }) => `await ${transaction} at ${at}`,
  async run({ transaction, at, within, stimulus, where = {} }, context) {
    const declared = durationOf(within ?? '10m');
    if (declared === undefined) throw new Error(`expected a duration such as 10m in "within", found ${String(within)}`);
    const withinMs = stimulus?.confirmed === false ? Math.min(declared, GRACE_MS) : declared;
    const exchange = await context.next({ transaction, at, where, explain: (candidate) => explainMismatch(candidate, where, context.views) }, withinMs);
    return { exchange: exchange.id, transaction };
  },
};
