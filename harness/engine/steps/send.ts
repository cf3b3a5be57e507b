import { StepFailure, type Verb } from '../step.js';

type Sent = { exchange: string; status: number };
type SendParameters = { to: string; method?: string; headers?: Record<string, string>; body?: string; transaction?: string; actor?: string };

/** Sends one HTTP request to the product, as written. What came back is for checks to judge. */
export const send: Verb<SendParameters, Sent> = {
  verb: 'send',
  description: 'Sends one HTTP request to the product, as written',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['to'],
    properties: {
      to: { type: 'string', minLength: 1, description: "The product's address", examples: ['${sut.rad69}'] },
      method: { type: 'string', pattern: '^[A-Z]+$', description: 'HTTP method', examples: ['POST'] },
      headers: { type: 'object', description: 'HTTP headers, by name', additionalProperties: { type: 'string', description: 'Value of the header' } },
      body: { type: 'string', description: 'Body, as text' },
      transaction: { type: 'string', minLength: 1, description: 'What the exchange is recorded as', examples: ['RAD-69'] },
      actor: { type: 'string', minLength: 1, description: 'Actor that sends it', examples: ['Imaging Document Consumer'] },
    },
  },
  results: ['exchange', 'status'],
  onResume: 'repeat',
  summary: ({ to, method, transaction }) => `send ${transaction ?? method ?? 'a request'} to ${to}`,
  told: ({ status }) => `HTTP status ${status}`,
  async run({ to, method, headers, body, transaction, actor }, context) {
    const { exchange, status, problem } = await context.host('assay').dialHttp({
      to,
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: Object.entries(headers ?? {}),
      body: Buffer.from(body ?? '', 'utf8'),
      actor: actor ?? 'Assay',
      timeoutMs: context.sut.timing['answer'] ?? 60_000,
      ...(transaction !== undefined && { transaction }),
    });
    if (status === undefined) throw new StepFailure(`expected an answer from ${to}, found none: ${problem ?? `the connection ended as ${exchange.ended}`}`);
    return { exchange: exchange.id, status };
  },
};
