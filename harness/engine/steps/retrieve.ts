import { randomUUID } from 'node:crypto';
import { manifestReferences } from '../match.js';
import { StepFailure, StepSkipped, type EngineContext, type Verb } from '../step.js';
import { oidOf } from '../sut-endpoints.js';

type Instance = { study: string; series: string; sop: string; repositoryUniqueId: string };
type Retrieved = { exchange: string; status: number; ended: string; asked: string[] };
type RetrieveParameters = {
  transaction?: string;
  from: string;
  by?: string;
  instances: 'manifest' | 'unknown' | { study: string; series: string; sop: string; repositoryUniqueId?: string }[];
  of?: { exchange: string };
  transferSyntaxes?: string[];
};

/** DICOM's default transfer syntaxes, the explicit one first: every product can give one of them (PS3.5 section 10.1). */
const TRANSFER_SYNTAXES = ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'];

/** Has the Imaging Document Consumer fetch instances. The result says what came back, not whether it is right. */
export const retrieve: Verb<RetrieveParameters, Retrieved> = {
  verb: 'retrieve',
  description: 'Has the Imaging Document Consumer fetch instances from the product',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['from', 'instances'],
    properties: {
      transaction: { enum: ['RAD-69'], description: 'Transaction by which they are fetched' },
      from: { type: 'string', minLength: 1, description: "The product's address", examples: ['${sut.rad69}'] },
      by: { type: 'string', description: 'Simulator that fetches them', examples: ['imaging-document-consumer'] },
      instances: {
        anyOf: [
          { enum: ['manifest', 'unknown'] },
          {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['study', 'series', 'sop'],
              properties: { study: { type: 'string' }, series: { type: 'string' }, sop: { type: 'string' }, repositoryUniqueId: { type: 'string' } },
            },
          },
        ],
        description: '"manifest" (all instances of it), "unknown" (one made-up instance), or a list of instances',
        examples: ['manifest'],
      },
      of: { type: 'string', pattern: '^\\$\\{[a-z][a-zA-Z0-9-]*\\}$', description: 'The submission whose manifest is meant', examples: ['${submission}'] },
      transferSyntaxes: { type: 'array', minItems: 1, items: { type: 'string', description: 'UID of a transfer syntax' }, description: 'Transfer syntaxes that are asked for' },
    },
  },
  results: ['exchange', 'status', 'ended', 'asked'],
  onResume: 'repeat',
  summary: ({ instances, from }) => `retrieve ${instances === 'manifest' ? 'every instance of the manifest' : instances === 'unknown' ? 'one unknown instance' : `${instances.length} instances`} by RAD-69 from ${from}`,
  told: ({ status, ended }) => `HTTP status ${status}${ended === 'complete' ? '' : `, the answer ended as ${ended}`}`,
  async run({ from, by, instances, of, transferSyntaxes }, context) {
    const wanted = await instancesFor(instances, of?.exchange, context);
    const answer = (await context.simulator(by ?? 'imaging-document-consumer').call('retrieve', {
      url: from,
      instances: wanted,
      transferSyntaxes: transferSyntaxes ?? TRANSFER_SYNTAXES,
      timeoutMs: context.sut.timing['answer'] ?? 60_000,
      ...(of && { cause: of.exchange }),
    })) as { exchange: string; status?: number; ended?: string };
    if (answer.status === undefined) throw new StepFailure(`RAD-69 to ${from}: expected an answer, found none${answer.ended ? `: the connection ended as ${answer.ended}` : ''}`);
    return { exchange: answer.exchange, status: answer.status, ended: answer.ended ?? 'complete', asked: wanted.map(({ sop }) => sop) };
  },
};

async function instancesFor(instances: RetrieveParameters['instances'], submission: string | undefined, context: EngineContext): Promise<Instance[]> {
  const repositoryUniqueId = oidOf(context.sut, context.actorUnderTest, 'repositoryUniqueId') ?? '';
  if (Array.isArray(instances)) return instances.map((instance) => ({ ...instance, repositoryUniqueId: instance.repositoryUniqueId ?? repositoryUniqueId }));
  const exchange = context.exchanges().find(({ id }) => id === submission);
  const references = exchange ? await manifestReferences(exchange, context.views) : [];
  const known = references.map(({ study, series, sop, retrieveLocation }) => ({ study, series, sop, repositoryUniqueId: retrieveLocation || repositoryUniqueId }));
  if (instances === 'manifest') {
    if (known.length === 0) throw new StepSkipped('the manifest of the submission names no instance that can be read: there is nothing to retrieve');
    return known;
  }
  const like = known[0] ?? { study: context.given.study?.uid ?? madeUpUid(), series: madeUpUid(), repositoryUniqueId };
  return [{ ...like, sop: madeUpUid() }];
}

/** A UID that nobody has given out: from a fresh UUID (PS3.5 annex B.2). */
const madeUpUid = (): string => `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;
