/**
 * What can be said of a source whose manifest was submitted and which then does not return what it refers to: no answer, a connection refused,
 * a time-out, an error for instances that it published. These are decided for the attempt as a whole, since there may be no message to judge.
 */
import type { AttemptContext, AttemptFacts } from '../../../contracts.js';
import { defineAttemptCheck, met, notExercised, undecidable, violated } from '../../define.js';
import { manifestsOf } from '../../imaging/manifests.js';
import { isOrdinary, mustSucceed, placeOf, retrievesOf, returned, whatCame, type Retrieve } from '../../imaging/retrieves.js';
import { deliveredStudy } from '../../imaging/study.js';
import { STATUS_PARTIAL_SUCCESS, STATUS_SUCCESS } from '../../tables/registry-responses.js';
import { listed, type ObservingAsync } from '../../imaging/observing.js';

const NO_MANIFEST = 'No manifest was submitted, so nothing was published that could be retrieved.';
const NO_RETRIEVE = 'No retrieve of a published instance was tried.';
const UNREACHABLE = 'Check that the RAD-69 service runs at the address of endpoints.rad69, and that it answers within the time limit.';

/** Retrieves that got no connection at all leave no exchange; the engine lists them as failures of the step. */
const unconnected = (facts: AttemptFacts) => facts.failures.filter(({ verb }) => verb === 'retrieve');

/** Those that left no reason to refuse, and those that were answered in full although they did: a source that decodes its JPEG images may show it. */
async function retrievesOfPublished(context: AttemptContext): Promise<Retrieve[]> {
  const delivered = await deliveredStudy(context);
  const inFull = (retrieve: Retrieve): boolean => isOrdinary(retrieve) && retrieve.asked.every(({ uid }) => returned(retrieve).has(uid));
  return (await retrievesOf(context)).filter((retrieve) => mustSucceed(retrieve, delivered) || inFull(retrieve));
}

/** Each requested object is returned or an error is reported: silence is neither. */
export const answersAtAll = defineAttemptCheck('RAD69-004/answer', async function* (facts, context): ObservingAsync {
  const { submitted } = await manifestsOf(context);
  const retrieves = await retrievesOf(context);
  const failed = unconnected(facts);
  if (retrieves.length + failed.length === 0) return yield notExercised(NO_RETRIEVE);
  if (submitted.length === 0 && !retrieves.some(({ response }) => response)) return yield notExercised(NO_MANIFEST);
  for (const retrieve of retrieves) {
    if (retrieve.response) yield met('The request got an answer.', placeOf(retrieve));
    else
      yield violated({
        because: `A request for ${retrieve.asked.length} objects gets ${whatCame(retrieve)}`,
        expected: 'a RetrieveDocumentSetResponse',
        found: whatCame(retrieve),
        at: placeOf(retrieve),
        remedy: UNREACHABLE,
      });
  }
  if (retrieves.some(({ response }) => !response) || failed.length === 0) return;
  for (const { message, ours } of failed)
    if (ours) yield undecidable(`A retrieve could not be carried out by Assay: ${message}.`);
    else if (retrieves.length === 0)
      yield violated({
        because: 'A retrieve of published instances gets no connection',
        expected: 'a RetrieveDocumentSetResponse',
        found: message,
        remedy: UNREACHABLE,
      });
});

/** Every instance to which the manifest refers came back. */
async function* everyReference(facts: AttemptFacts, context: AttemptContext): ObservingAsync {
  const { submitted, references } = await manifestsOf(context);
  if (submitted.length === 0) return yield notExercised(NO_MANIFEST);
  if (references.size === 0) return yield notExercised('The manifest refers to no instance.');
  const failed = unconnected(facts);
  const tried = await retrievesOfPublished(context);
  if (tried.length + failed.length === 0) return yield notExercised(NO_RETRIEVE);
  if (tried.length === 0) {
    const [{ message, ours } = { message: '', ours: true }] = failed;
    if (ours) return yield undecidable(`The retrieve could not be carried out by Assay: ${message}.`);
    return yield violated({
      because: 'None of the published instances can be retrieved',
      expected: `the ${references.size} instances of the manifest`,
      found: message,
      remedy: UNREACHABLE,
    });
  }
  const came = new Set((await retrievesOf(context)).flatMap((retrieve) => [...returned(retrieve)]));
  const askedFor = new Map(tried.flatMap((retrieve) => retrieve.asked.map(({ uid }) => [uid, retrieve] as const)));
  const missing = [...references.keys()].filter((sop) => !came.has(sop));
  yield* listed(
    missing.map((sop) => {
      const retrieve = askedFor.get(sop);
      if (!retrieve) return undecidable(`${sop} was not asked for.`);
      return violated({
        because: 'An instance to which the manifest refers cannot be retrieved',
        expected: `the object ${sop}`,
        found: retrieve.response
          ? `${retrieve.response.documents.length} documents without it, ${retrieve.response.errors.length} errors`
          : whatCame(retrieve),
        at: placeOf(retrieve),
        remedy: 'Publish only instances that the source holds and returns by RAD-69, and publish the manifest when they are there.',
      });
    }),
  );
  if (missing.length === 0) yield met(`All ${references.size} instances of the manifest came back.`);
}

export const referencesRetrievable = defineAttemptCheck('ASY-KOS-030', everyReference);
export const mentionedRetrievable = defineAttemptCheck('RAD68-006', everyReference);

/** The source takes part in RAD-69: at least one retrieve of a published instance succeeds. */
export const takesPart = defineAttemptCheck('XCAI-002', async function* (facts, context): ObservingAsync {
  const tried = await retrievesOfPublished(context);
  const failed = unconnected(facts).filter(({ ours }) => !ours);
  if ((await manifestsOf(context)).submitted.length === 0) return yield notExercised(NO_MANIFEST);
  if (tried.length + failed.length === 0) return yield notExercised(NO_RETRIEVE);
  const good = tried.find(
    (retrieve) =>
      [STATUS_SUCCESS, STATUS_PARTIAL_SUCCESS].includes(retrieve.response?.status ?? '') &&
      retrieve.asked.some(({ uid }) => returned(retrieve).has(uid)),
  );
  if (good) yield met('A published instance was retrieved.', placeOf(good));
  else
    yield violated({
      because: 'No retrieve of published instances succeeds',
      expected: 'at least one RetrieveDocumentSetResponse with the requested object',
      found: tried[0]
        ? tried[0].response
          ? `status ${tried[0].response.status ?? 'absent'}`
          : whatCame(tried[0])
        : (failed[0]?.message ?? 'nothing'),
      ...(tried[0] && { at: placeOf(tried[0]) }),
      remedy: UNREACHABLE,
    });
});
