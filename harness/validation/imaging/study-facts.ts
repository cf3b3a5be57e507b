/** What the delivered study says of itself, as far as metadata must agree with it. Read once an attempt, from the bytes that were sent. */
import type { AttemptContext, TrueInstance } from '../../contracts.js';
import type { DicomDataset } from '../../formats/model.js';
import { readHeader } from './study.js';

/** A code in a data set: value, coding scheme as designator or UID, meaning. */
export interface DicomCode {
  value: string;
  scheme: string;
  meaning: string;
}

/** A date and time of day, in the zone that the object states (`-0500`), where it does. */
export interface DicomTime {
  date: string;
  time: string;
  zone?: string;
}

/** Distinct values over all instances of the study, in the order in which they were met. */
export interface StudyFacts {
  studies: string[];
  modalities: string[];
  bodyParts: string[];
  regions: DicomCode[];
  procedures: DicomCode[];
  accessions: string[];
  patientIds: string[];
  patients: { name: string; birthDate: string; sex: string }[];
  studyTimes: DicomTime[];
  acquisitionTimes: DicomTime[];
}

const known = new WeakMap<readonly TrueInstance[], Promise<StudyFacts>>();

/** Of the instances that were delivered and acknowledged; undefined where there is none, so that nothing is known independently of the system under test. */
export async function studyFacts(context: AttemptContext): Promise<StudyFacts | undefined> {
  const instances = await context.truth.instances();
  const acknowledged = new Set(context.facts.delivered);
  const uid = context.facts.given.study?.uid;
  const own = instances.filter(({ sop, study }) => acknowledged.has(sop) && (uid === undefined || study === uid));
  if (own.length === 0) return undefined;
  let facts = known.get(instances);
  if (!facts) known.set(instances, (facts = readFacts(own, context)));
  return facts;
}

async function readFacts(instances: readonly TrueInstance[], context: AttemptContext): Promise<StudyFacts> {
  const facts: StudyFacts = { studies: [], modalities: [], bodyParts: [], regions: [], procedures: [], accessions: [], patientIds: [], patients: [], studyTimes: [], acquisitionTimes: [] };
  for (const instance of instances) gather(facts, (await readHeader(instance, context)).dataset);
  return facts;
}

function gather(facts: StudyFacts, dataset: DicomDataset): void {
  const text = (tag: string): string => dataset.text(tag)?.trim() ?? '';
  const note = <T>(list: T[], ...values: T[]): void => {
    for (const value of values) if (value !== '' && !list.some((other) => JSON.stringify(other) === JSON.stringify(value))) list.push(value);
  };
  note(facts.studies, text('0020000D'));
  note(facts.modalities, text('00080060'));
  note(facts.bodyParts, text('00180015'));
  note(facts.regions, ...codesIn(dataset, '00082218'));
  note(facts.procedures, ...codesIn(dataset, '00081032'));
  note(facts.accessions, text('00080050'), ...dataset.items('00400275').map((item) => item.text('00080050')?.trim() ?? ''));
  note(facts.patientIds, text('00100020'));
  note(facts.patients, { name: text('00100010'), birthDate: text('00100030'), sex: text('00100040') });
  note(facts.studyTimes, ...timeIn(dataset, '00080020', '00080030'));
  note(facts.acquisitionTimes, ...timeIn(dataset, '00080022', '00080032'), ...timeIn(dataset, '00080021', '00080031'));
}

/** The code of each item, and those that it calls equivalent (PS3.3 8.8). */
export function codesIn(dataset: DicomDataset, tag: string): DicomCode[] {
  return dataset.items(tag).flatMap((item) => {
    const text = (each: string): string => item.text(each)?.trim() ?? '';
    const value = text('00080100') || text('00080119') || text('00080120');
    const code = { value, scheme: text('0008010C') || text('00080102'), meaning: text('00080104') };
    return [...(value === '' ? [] : [code]), ...codesIn(item, '00080121')];
  });
}

/** A date and time of an object, with its Timezone Offset From UTC; nothing where the date is empty. */
export function timeIn(dataset: DicomDataset, dateTag: string, timeTag: string): DicomTime[] {
  const date = dataset.text(dateTag)?.trim().replaceAll('.', '') ?? '';
  const zone = dataset.text('00080201')?.trim();
  return date === '' ? [] : [{ date, time: dataset.text(timeTag)?.trim().replaceAll(':', '') ?? '', ...(zone && { zone }) }];
}
