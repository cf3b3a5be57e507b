/** Times of a manifest's entry: RAD TF-2 4.68.4.1.2.3.2. */
import type { JudgeContext, Location, Observation } from '../../../contracts.js';
import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, notApplicable, notExercised, undecidable, violated } from '../../define.js';
import { parseDtm } from '../../hl7-types.js';
import { sameMinute, spanOf, spanText, type Span } from '../../imaging/instants.js';
import { studyFacts, timeIn, type DicomTime } from '../../imaging/study-facts.js';
import { defineManifestEntryCheck } from '../../manifest-entries.js';
import { defineSubmissionCheck, named, overEntries, slotPlace, valuesOf } from '../../metadata.js';

const spans = (times: readonly DicomTime[], context: Pick<JudgeContext, 'sut'>): Span[] => times.flatMap((time) => spanOf(time, context.sut.domain.timezone) ?? []);

/** How far the sender's clock may be ahead of ours. */
const CLOCK_SKEW = 10 * 60_000;

/** The message cannot be younger than the content that it brings. */
export const creationTime = defineSubmissionCheck('RAD68-018', (submission, { message }) =>
  overEntries(submission, function* (entry) {
    const [value] = valuesOf(entry, 'creationTime');
    const dtm = parseDtm(value ?? '');
    const place = slotPlace(submission, entry, 'creationTime');
    const future = dtm !== undefined && dtm.from > Date.parse(message.end) + CLOCK_SKEW;
    if (dtm && !future) {
      yield met(`creationTime ${value} is a time before the submission`, place);
      return;
    }
    yield violated({
      because: value === undefined ? `${named(entry)} has no creationTime` : future ? 'creationTime lies in the future' : 'creationTime is no DTM',
      expected: `when the content was created, as DTM in UTC, not after ${message.end}`,
      found: value ?? 'no Slot creationTime',
      at: place,
      remedy: 'Convert the creation time of the document to UTC; local time east of Greenwich looks like the future.',
    });
  }),
);

function* corresponds(value: string | undefined, what: string, known: Span[], place: Location): Iterable<Observation> {
  const dtm = parseDtm(value ?? '');
  if (!dtm) yield notApplicable(value === undefined ? `${what} is not given` : `${what} is no DTM; ASY-META-024 speaks of that`, place);
  else if (known.some((span) => sameMinute(dtm, span))) yield met(`${what} ${value} is ${known.map(spanText).join(' or ')}`, place);
  else
    yield violated({
      because: `${what} is not the time that the DICOM object gives`,
      expected: known.map(spanText).join(' or '),
      found: value ?? '',
      at: place,
      remedy: 'Convert date and time to UTC by Timezone Offset From UTC (0008,0201) or the time zone of the site.',
    });
}

export const serviceStart = defineManifestEntryCheck(
  'ASY-RAD68-006',
  async (context) => {
    const study = await studyFacts(context);
    return study && spans(study.studyTimes, context);
  },
  function* (entry, known, submission): Iterable<Observation> {
    if (!known) yield notExercised('no study was delivered, so its time is not known independently');
    else if (known.length === 0) yield notApplicable('the study has no Study Date');
    else yield* corresponds(valuesOf(entry, 'serviceStartTime')[0], 'serviceStartTime', known, slotPlace(submission, entry, 'serviceStartTime'));
  },
);

export const manifestCreation = defineCheck('ASY-RAD68-011', manifestView, function* ({ entry, object, submission }, context): Iterable<Observation> {
  const known = spans(timeIn(object.dataset, '00080012', '00080013'), context);
  if (!entry) yield undecidable('the manifest has no DocumentEntry to compare with');
  else if (known.length === 0) yield notApplicable('the manifest has no Instance Creation Date (0008,0012)');
  else yield* corresponds(valuesOf(entry, 'creationTime')[0], 'creationTime', known, slotPlace(submission, entry, 'creationTime'));
});

/** A service may end some time after its last image. */
const AFTER_LAST_IMAGE = 12 * 60 * 60_000;

export const serviceStop = defineManifestEntryCheck(
  'ASY-RAD68-032',
  async (context) => {
    const study = await studyFacts(context);
    return study && spans([...study.studyTimes, ...study.acquisitionTimes], context);
  },
  function* (entry, known, submission): Iterable<Observation> {
    const [value] = valuesOf(entry, 'serviceStopTime');
    const stop = parseDtm(value ?? '');
    const start = parseDtm(valuesOf(entry, 'serviceStartTime')[0] ?? '');
    const place = slotPlace(submission, entry, 'serviceStopTime');
    if (!stop || !known || known.length === 0) {
      yield stop && !known ? notExercised('no study was delivered, so the period of acquisition is not known') : notApplicable(stop ? 'the study has no dates' : `${named(entry)} gives no serviceStopTime that could be compared`);
      return;
    }
    const [from, to] = [Math.min(...known.map((span) => span.from)), Math.max(...known.map((span) => span.to))];
    const early = stop.to < from - 60_000 || (start !== undefined && stop.to < start.from);
    if (!early && stop.from <= to + AFTER_LAST_IMAGE) yield met(`serviceStopTime ${value} lies in the period of acquisition`, place);
    else
      yield violated({
        because: early ? 'serviceStopTime is before the service began' : 'serviceStopTime is long after the last acquisition',
        expected: `between ${new Date(from).toISOString()} and ${new Date(to).toISOString()}`,
        found: value ?? '',
        at: place,
        remedy: 'Take the time of the last acquisition, converted to UTC.',
      });
  },
);
