/** How each series of the evidence can be retrieved: RAD TF-2 4.68.4.1.2.1. */
import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, notApplicable, undecidable, violated } from '../../define.js';
import { isMado, seriesItems } from '../../imaging/evidence.js';
import { valueText } from '../../imaging/places.js';
import type { Observing } from '../../imaging/observing.js';

const NO_SERIES = 'The evidence lists no series.';

/** Each series has Retrieve AE Title with a value. */
export const retrieveAeTitle = defineCheck('ASY-KOS-009', manifestView, function* (manifest): Observing {
  if (isMado(manifest)) return yield notApplicable('The title is that of a MADO manifest.');
  const series = seriesItems(manifest);
  if (series.length === 0) yield undecidable(NO_SERIES);
  for (const item of series) {
    const title = item.text('00080054');
    const at = manifest.at(item.get('00080054') ?? item);
    if (title) yield met(`Retrieve AE Title is ${title}.`, at);
    else
      yield violated({
        because: `Retrieve AE Title of a series is ${valueText(title)}`,
        expected: '(0008,0054) with a value in each item of (0008,1115)',
        found: valueText(title),
        at,
        remedy: 'Write the AE title of the imaging source into each series item of the evidence.',
      });
  }
});

/** Each series has Retrieve Location UID, and it is the repositoryUniqueId of the imaging source. */
export const retrieveLocationUid = defineCheck('ASY-KOS-010', manifestView, function* (manifest, { sut }) {
  const own = Object.values(sut.systems).flatMap(({ oids }) => oids?.['repositoryUniqueId'] ?? []);
  const series = seriesItems(manifest);
  if (series.length === 0) yield undecidable(NO_SERIES);
  for (const item of series) {
    const location = item.text('0040E011');
    const at = manifest.at(item.get('0040E011') ?? item);
    if (location && own.includes(location)) yield met('Retrieve Location UID is the repositoryUniqueId of the source.', at);
    else if (location && own.length === 0)
      yield undecidable('The description of the system under test has no oids.repositoryUniqueId to compare with.', at);
    else
      yield violated({
        because: `Retrieve Location UID of a series is ${location ? 'not the repositoryUniqueId of the imaging source' : valueText(location)}`,
        expected: own.join(' or ') || '(0040,E011) with a value',
        found: valueText(location),
        at,
        remedy:
          'Write the repositoryUniqueId under which the imaging source answers RAD-69 into (0040,E011), or correct oids.repositoryUniqueId in the description of the system.',
      });
  }
});

/** Retrieve URL, where there is one, is an absolute http(s) URI: the base of the service, without the path of the study. */
export const retrieveUrl = defineCheck('ASY-KOS-011', manifestView, function* (manifest) {
  const series = seriesItems(manifest).filter((item) => item.get('00081190'));
  if (series.length === 0) yield notApplicable('No series item of the evidence has a Retrieve URL.');
  for (const item of series) {
    const value = item.text('00081190') ?? '';
    const at = manifest.at(item.get('00081190') ?? item);
    const absolute = /^https?:\/\/[^/\s]/i.test(value) && URL.canParse(value);
    const withPath = absolute && /\/studies\/[^/]+/.test(new URL(value).pathname);
    if (absolute && !withPath) yield met('Retrieve URL is an absolute http(s) URI.', at);
    else
      yield violated({
        ...(withPath && { atMost: 'warning' as const }),
        because: withPath
          ? 'Retrieve URL already holds the path of the study, which its user adds to it'
          : 'Retrieve URL is no absolute http(s) URI',
        expected: 'the base URI of the WADO-RS service, such as https://host/dicom-web',
        found: valueText(value),
        at,
        remedy: 'Write the base URI of the service into (0008,1190): /studies/…/series/… is added by whoever retrieves.',
      });
  }
});
