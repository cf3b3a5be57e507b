/** Comparing DICOM dates and times, which are local, with DTM values, which are UTC: ITI TF-3 Table 4.2.3.1.7-2, PS3.3 C.12.1.1.8. */
import { parseDtm, type Dtm } from '../hl7-types.js';
import type { DicomTime } from './study-facts.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A span of time, UTC. Without a zone only the day is known, one day more or less. */
export interface Span {
  from: number;
  to: number;
  zoned: boolean;
}

/** What a DICOM date and time means, in the zone that the object states, else in the one of the SUT file. */
export function spanOf({ date, time, zone }: DicomTime, domainZone?: string): Span | undefined {
  const digits = /^\d{2}(\d{2}(\d{2})?)?/.exec(time)?.[0].replace(/60$/, '59') ?? '';
  const day = parseDtm(date);
  const local = parseDtm(`${date}${digits}`) ?? day;
  if (!local || !day) return undefined;
  const from = utcOf(local.from, zone || domainZone);
  if (from === undefined) return { from: day.from - DAY, to: day.to + DAY, zoned: false };
  return { from, to: from + (local.to - local.from), zoned: true };
}

/** Whether a DTM and a span of time may mean the same minute. */
export const sameMinute = (dtm: Dtm, span: Span): boolean => dtm.from < span.to + MINUTE && dtm.to > span.from - MINUTE;

/** A local time, given as if it were UTC, in UTC. */
function utcOf(local: number, zone: string | undefined): number | undefined {
  const first = zone === undefined ? undefined : offsetOf(zone, local);
  if (zone === undefined || first === undefined) return undefined;
  // The offset of a named zone depends on the moment itself.
  return local - (offsetOf(zone, local - first) ?? first);
}

/** Offset from UTC in milliseconds: `-0500`, `+01:00`, `UTC`, `Europe/Berlin`. */
function offsetOf(zone: string, at: number): number | undefined {
  if (/^(utc|gmt|z)$/i.test(zone)) return 0;
  const numeric = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (numeric) return (numeric[1] === '-' ? -1 : 1) * (Number(numeric[2]) * 60 + Number(numeric[3])) * MINUTE;
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }).formatToParts(at);
    const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(at / 1000) * 1000;
  } catch {
    return undefined;
  }
}

/** `2025-03-12T02:30Z`, or the days in question where the zone is not known. */
export const spanText = ({ from, to, zoned }: Span): string =>
  zoned ? `${new Date(from).toISOString().slice(0, 16)}Z` : `a time of day in an unknown zone, ${new Date(from).toISOString().slice(0, 10)} to ${new Date(to).toISOString().slice(0, 10)}`;
