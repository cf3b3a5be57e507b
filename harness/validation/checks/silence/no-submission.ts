import type { AttemptContext, AttemptFacts, BlobRef, Exchange } from '../../../contracts.js';
import { submissionView } from '../../../formats/ebrim.js';
import { soapView } from '../../../formats/soap.js';
import { defineAttemptCheck, met, notExercised, undecidable, violated } from '../../define.js';
import { manifestsOf, submissionsOf } from '../../imaging/manifests.js';
import type { ObservingAsync } from '../../imaging/observing.js';

/** The submission that the scenario waited for: the engine saw it arrive, or it names the study. */
async function submissionOfStudy(facts: AttemptFacts, context: AttemptContext): Promise<Exchange | undefined> {
  const submissions = submissionsOf(context);
  const study = facts.given.study?.uid;
  if (study === undefined) return submissions[0];
  const awaited = new Set(facts.awaits.filter(({ outcome }) => outcome === 'arrived').map(({ exchange }) => exchange));
  const { submitted } = await manifestsOf(context);
  const named = submitted.find(
    ({ manifest }) =>
      manifest.object.dataset.text('0020000D') === study || manifest.references.some((reference) => reference.study === study),
  );
  return named?.exchange ?? (await awaitedRequest(submissions, awaited, context)) ?? (await namedInText(submissions, study, context));
}

/** What the engine took for the awaited message counts as one where it is such a request at all. */
async function awaitedRequest(
  submissions: readonly Exchange[],
  awaited: ReadonlySet<string | undefined>,
  context: AttemptContext,
): Promise<Exchange | undefined> {
  for (const exchange of submissions.filter(({ id }) => awaited.has(id))) {
    const sent = exchange.messages.find(({ from }) => from === 'initiator');
    const message = sent && (await context.view(sent.raw, soapView));
    if (message?.payload?.local === 'ProvideAndRegisterDocumentSetRequest') return exchange;
  }
  return undefined;
}

/** An HTTP request of the source that was broken off or could not be framed. */
function brokenRequest(context: AttemptContext): { exchange: Exchange; raw: BlobRef } | undefined {
  for (const exchange of context.related) {
    const raw = exchange.messages.find(({ from }) => from === 'initiator')?.raw;
    const ofSource = exchange.protocol === 'http' && exchange.initiator.role === 'sut';
    if (raw && raw.size > 0 && ofSource && exchange.ended !== 'complete') return { exchange, raw };
  }
  return undefined;
}

/** Where no manifest can be read, the envelope may still name the study. */
async function namedInText(submissions: readonly Exchange[], study: string, context: AttemptContext): Promise<Exchange | undefined> {
  for (const exchange of submissions) {
    const sent = exchange.messages.find(({ from }) => from === 'initiator');
    if (sent && (await context.view(sent.raw, soapView))?.xml.text.includes(study)) return exchange;
  }
  return undefined;
}

/** A submission whose document cannot be read, so that it may be the awaited one. */
async function unreadable(context: AttemptContext): Promise<Exchange | undefined> {
  const { submitted } = await manifestsOf(context);
  return submissionsOf(context).find(({ id }) => !submitted.some(({ exchange }) => exchange.id === id));
}

/** When told to share a study, the source sends a Provide and Register Imaging Document Set request for it. */
export const submits = defineAttemptCheck('RAD68-001', async function* (facts, context): ObservingAsync {
  const came = await submissionOfStudy(facts, context);
  if (came) return yield met('The source submitted the study that it was told to share.', await placeOfSubmission(came, context));
  if (facts.failures.some(({ verb }) => verb === 'deliver')) return yield notExercised('The study could not be delivered to the source.');
  if (facts.stimuli.length === 0) return yield notExercised('Nobody told the source to share the study.');
  const truth = await context.truth.instances();
  const study = facts.given.study?.uid;
  const accepted = new Set(facts.delivered);
  if (!truth.some((instance) => study === undefined || instance.study === study))
    return yield undecidable('No submission came, but whether the source has the study was not shown: Assay did not deliver it.');
  if (!truth.filter((instance) => study === undefined || instance.study === study).every(({ sop }) => accepted.has(sop)))
    return yield notExercised('The source did not take each instance of the study with status 0000.');
  const other = await unreadable(context);
  if (other)
    return yield undecidable(
      'A submission came whose document cannot be read, so whether it shares the study cannot be told.',
      await placeOfSubmission(other, context),
    );
  const waited = facts.awaits.filter(({ transaction }) => transaction === 'RAD-68' || transaction === 'ITI-41');
  const inTime = waited.find(({ outcome, withinMs }) => outcome === 'timed out' && withinMs > 0);
  if (!inTime)
    return yield notExercised(waited.length > 0 ? 'The wait for the submission was broken off.' : 'No submission was waited for.');
  if (!inTime.listenerReachable)
    return yield undecidable('No submission came, but that our listener can be reached from the source was not shown.');
  // While a run is interrupted nobody listens: a submission of that time is lost, unless the source was told once more.
  const brokenOff = waited.filter(({ outcome }) => outcome === 'aborted').length;
  if (facts.stimuli.length <= brokenOff)
    return yield undecidable('The run was interrupted during the wait: the submission may have been sent while our listener was closed.');
  const broken = brokenRequest(context);
  yield violated({
    because: `No Provide and Register Imaging Document Set request for the study came within ${Math.round(inTime.withinMs / 1000)} seconds`,
    expected: `a RAD-68 request for study ${study ?? '(any)'} at ${inTime.at}`,
    found: `${submissionsOf(context).length} submissions, none for this study${broken ? `; and an HTTP request that never became whole (it ended as ${broken.exchange.ended} after ${broken.raw.size} octets)` : ''}`,
    ...(broken && { at: { blob: broken.raw, offset: 0, length: 1 } }),
    remedy:
      "Look into the source's log for the order to share the study, and for the repository address that it used; the study is in the archive (C-STORE status 0000) and our listener was reachable.",
  });
});

async function placeOfSubmission(exchange: Exchange, context: AttemptContext) {
  const sent = exchange.messages.find(({ from }) => from === 'initiator');
  const submission = sent && (await context.view(sent.raw, submissionView));
  return submission?.message.at(submission.submitObjectsRequest ?? submission.message.payload ?? { offset: 0, length: 1 });
}
