import { StepFailure, type Verb } from '../step.js';

type CompareParameters = { images: { exchange: string; asked: string[] }; with: { uid: string } };

/**
 * Lays down what is to be held against each other: the instances that were asked for, and those of the study.
 * Whether they are equal is for checks, which read the stored bytes.
 */
export const compare: Verb<CompareParameters, { exchange: string; study: string; asked: number; delivered: number; notAsked: string[] }> = {
  verb: 'compare',
  description: 'Records that retrieved images and the study are to be held against each other; checks do it from the stored bytes',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['images', 'with'],
    properties: {
      images: { type: 'string', pattern: '^\\$\\{[a-z][a-zA-Z0-9-]*\\}$', description: 'Result of a retrieve step', examples: ['${images}'] },
      with: { type: 'string', pattern: '^\\$\\{study\\}$', description: 'The study', examples: ['${study}'] },
    },
  },
  results: ['asked', 'delivered', 'notAsked'],
  onResume: 'repeat',
  summary: ({ with: study }) => `compare the retrieved images with study ${study.uid}`,
  async run({ images, with: study }, context) {
    const delivered = context.delivered().map(({ sop }) => sop);
    if (images.asked.length === 0) throw new StepFailure('expected retrieved images to compare, found that none was asked for');
    return { exchange: images.exchange, study: study.uid, asked: images.asked.length, delivered: delivered.length, notAsked: delivered.filter((sop) => !images.asked.includes(sop)) };
  },
};
