import { aeTitleAt } from '../sut-endpoints.js';
import { StepFailure, StepSkipped, type EngineContext, type Verb } from '../step.js';

type Delivered = { exchange?: string; study?: string; stored: number; refused: number };
type DeliverParameters = { study: { uid: string }; to: string; aeTitle?: string };

/** Sends the study's Part 10 files to the product by C-STORE, after a C-ECHO (PS3.4 annexes A and B; RAD TF-2 4.8). */
export const deliver: Verb<DeliverParameters, Delivered> = {
  verb: 'deliver',
  description: 'Sends the study to the product by C-STORE, after a C-ECHO',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['study', 'to'],
    properties: {
      study: { type: 'string', pattern: '^\\$\\{study\\}$', description: 'The study that the scenario gives', examples: ['${study}'] },
      to: { type: 'string', minLength: 1, description: "The product's DICOM address", examples: ['${sut.dicom}'] },
      aeTitle: { type: 'string', description: "The product's AE title, where it is not that of the SUT file" },
    },
  },
  results: ['exchange', 'stored', 'refused'],
  // Storing an instance again is allowed (PS3.4 B.2.3): an unfinished delivery is simply done once more.
  onResume: 'repeat',
  summary: ({ study, to }) => `deliver study ${study.uid} by C-STORE to ${to}`,
  told: ({ stored }) => `${stored} instances stored`,
  async run({ study, to, aeTitle }, context) {
    if (!context.study) throw new StepSkipped('the product holds the study already: nothing is delivered', { stored: 0, refused: 0 });
    const request = { to, calledAe: aeTitle ?? aeTitleAt(context.sut, context.actorUnderTest, to) ?? 'ANY-SCP', callingAe: callingAe(context), actor: 'Image Manager/Archive', timeoutMs: context.sut.timing['answer'] ?? 60_000 };
    const host = context.host('pacs');
    const echo = await host.dialDimse({ ...request, files: [] });
    if (echo.statuses['echo'] !== 0) throw new StepFailure(`C-ECHO to ${request.calledAe} at ${to}: expected status 0000, found ${echo.problem ?? statusText(echo.statuses['echo'])}`);
    context.signal.throwIfAborted();
    const outcome = await host.dialDimse({ ...request, files: context.study.files });
    const stored = context.study.instances.filter(({ sop }) => outcome.statuses[sop] === 0).length;
    const wanted = context.study.instances.length;
    const result = { exchange: outcome.exchange.id, study: study.uid, stored, refused: wanted - stored };
    if (stored === wanted) return result;
    const first = context.study.instances.find(({ sop }) => outcome.statuses[sop] !== 0);
    const why = outcome.problem ?? `${first?.sop} was answered with ${statusText(outcome.statuses[first?.sop ?? ''])}`;
    throw new StepFailure(`C-STORE to ${request.calledAe} at ${to}: expected status 0000 for ${wanted} instances, ${stored} got it: ${why}`, stored > 0 ? result : undefined);
  },
};

const statusText = (status: number | undefined): string => (status === undefined ? 'no answer' : `status ${status.toString(16).toUpperCase().padStart(4, '0')}`);

function callingAe(context: EngineContext): string {
  try {
    return context.simulator('pacs').endpoints['aeTitle'] ?? 'ASSAY';
  } catch {
    return 'ASSAY';
  }
}
