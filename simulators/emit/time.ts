/** DICOM dates and times with an offset, and HL7 DTM in UTC (ITI TF-3 table 4.2.3.1.7-2). */

const OFFSET = /^([+-])(\d{2})(\d{2})$/;

/** Minutes that a DICOM Timezone Offset From UTC (0008,0201) stands for; 0 where there is none. */
export function offsetMinutes(timezone: string | undefined): number {
  const parts = OFFSET.exec(timezone?.trim() ?? '');
  return parts ? (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3])) : 0;
}

/** A moment as DICOM date and time, in the zone given. */
export function dicomDateTime(moment: Date, timezone?: string): { date: string; time: string } {
  const local = new Date(moment.getTime() + offsetMinutes(timezone) * 60000).toISOString();
  return { date: local.slice(0, 10).replaceAll('-', ''), time: local.slice(11, 19).replaceAll(':', '') };
}

/** DTM to the second, in UTC. */
export const dtm = (moment: Date): string => {
  const { date, time } = dicomDateTime(moment);
  return date + time;
};

/** DTM of a DICOM date and time: as precise as the time is; by date alone where there is no time. Undefined where there is no date. */
export function dtmOf(date: string, time: string, timezone?: string): string | undefined {
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(date.trim());
  if (!day) return undefined;
  const clock = /^(\d{2})(\d{2})?(\d{2})?/.exec(time.trim());
  if (!clock) return day[0];
  const moment = new Date(Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3]), Number(clock[1]), Number(clock[2] ?? 0), Number(clock[3] ?? 0)) - offsetMinutes(timezone) * 60000);
  const precision = clock[3] ? 14 : clock[2] ? 12 : 10;
  return dtm(moment).slice(0, precision);
}
