/** serviceStartTime and serviceStopTime: ITI TF-3 4.2.3.2.19, 4.2.3.2.20, 4.3.1 (required if known). */
import type { JudgeContext, Observation } from '../../../contracts.js';
import { manifestView } from '../../../formats/manifest.js';
import type { RegistryObject, Submission } from '../../../formats/model.js';
import { met, notApplicable, notExercised, violated } from '../../define.js';
import { parseDtm } from '../../hl7-types.js';
import { defineSubmissionCheck, isOnDemand, named, overEntries, slotPlace, valuesOf } from '../../metadata.js';
import { studyFacts } from '../../imaging/study-facts.js';

type Time = 'serviceStartTime' | 'serviceStopTime';

/** What shows that the sender knows when the service was: the delivered study, else the manifest itself. */
async function knownTime(name: Time, context: JudgeContext): Promise<string | undefined> {
  const study = await studyFacts(context);
  const date = name === 'serviceStartTime' ? study?.studyTimes[0]?.date : study?.acquisitionTimes[0]?.date;
  if (date) return `the study delivered has ${name === 'serviceStartTime' ? 'Study Date' : 'Acquisition Date'} ${date}`;
  const manifest = await context.view(context.message.raw, manifestView);
  const studyDate = manifest?.object.dataset.text('00080020');
  return name === 'serviceStartTime' && studyDate ? `the manifest has Study Date ${studyDate}` : undefined;
}

function* givenIfKnown(submission: Submission, entry: RegistryObject, name: Time, known: string | undefined): Iterable<Observation> {
  if (valuesOf(entry, name)[0]) {
    yield met(`${named(entry)} has ${name} ${valuesOf(entry, name)[0]}`, slotPlace(submission, entry, name));
    return;
  }
  if (isOnDemand(entry)) {
    yield notApplicable(`${named(entry)} is an On-Demand entry: ${name} is optional`);
    return;
  }
  if (known === undefined) {
    yield notExercised(`${name} is not given, and nothing shows that the sender knows it`);
    return;
  }
  yield violated({
    because: `${named(entry)} has no ${name}, although ${known}`,
    expected: `rim:Slot name="${name}", since the value is known`,
    found: 'no such Slot',
    at: slotPlace(submission, entry, name),
    remedy: `Take ${name} from the study, converted to UTC.`,
    // The end of a service is not what an acquisition date says exactly.
    ...(name === 'serviceStopTime' && { atMost: 'warning' as const }),
  });
}

const ifKnown = (id: string, name: Time) =>
  defineSubmissionCheck(id, async function* (submission, context) {
    const known = await knownTime(name, context);
    yield* overEntries(submission, (entry) => givenIfKnown(submission, entry, name, known));
  });

export const serviceStartTime = ifKnown('ASY-META-014', 'serviceStartTime');
export const serviceStopTime = ifKnown('ASY-META-015', 'serviceStopTime');

export const stopNotBeforeStart = defineSubmissionCheck('ASY-META-097', (submission) =>
  overEntries(submission, function* (entry) {
    const [start] = valuesOf(entry, 'serviceStartTime');
    const [stop] = valuesOf(entry, 'serviceStopTime');
    if (!start || !stop) {
      yield notApplicable(`${named(entry)} does not give both service times`);
      return;
    }
    const [from, to] = [parseDtm(start), parseDtm(stop)];
    const place = slotPlace(submission, entry, 'serviceStopTime');
    if (!from || !to) {
      yield notApplicable('a service time is no DTM, so the two cannot be compared', place);
      return;
    }
    if (to.to >= from.from) {
      yield met(`serviceStopTime ${stop} is not before serviceStartTime ${start}`, place);
      return;
    }
    yield violated({
      because: 'serviceStopTime is before serviceStartTime',
      expected: `${start} or later`,
      found: stop,
      at: place,
      remedy: 'For a service at one point in time give both the same value; check that both are converted to UTC alike.',
    });
  }),
);
