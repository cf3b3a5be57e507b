/** A study as the archive holds it, read from the headers of its images: what manifest and metadata are made from. */
import type { DicomDataset } from '../../harness/formats/model.js';
import type { HeldInstance } from '../common/instance-index.js';
import type { CodedValue } from '../emit/ebrim.js';
import type { DicomCode, StudyHeader } from '../emit/kos.js';
import { dtmOf } from '../emit/time.js';

export interface HeldStudy {
  header: StudyHeader;
  instances: HeldInstance[];
  modalities: string[];
  regions: DicomCode[];
  procedure?: DicomCode;
  institution: string;
  /** DTM in UTC. */
  start?: string;
  stop?: string;
}

/** Coding Scheme Designators and their OIDs (PS3.16 table 8-1). */
const SCHEMES: Record<string, string> = {
  DCM: '1.2.840.10008.2.16.4',
  SCT: '2.16.840.1.113883.6.96',
  SRT: '2.16.840.1.113883.6.96',
  LN: '2.16.840.1.113883.6.1',
  RADLEX: '2.16.840.1.113883.6.256',
};
/** Acquisition modalities (PS3.16 CID 29). */
const MODALITIES: Record<string, string> = {
  CR: 'Computed Radiography',
  CT: 'Computed Tomography',
  DX: 'Digital Radiography',
  ES: 'Endoscopy',
  IO: 'Intra-oral Radiography',
  MG: 'Mammography',
  MR: 'Magnetic Resonance',
  NM: 'Nuclear Medicine',
  OP: 'Ophthalmic Photography',
  PT: 'Positron emission tomography',
  PX: 'Panoramic X-Ray',
  RF: 'Radiofluoroscopy',
  SM: 'Slide Microscopy',
  US: 'Ultrasound',
  XA: 'X-Ray Angiography',
  XC: 'External-camera Photography',
};
/** Regions for images that name one by Body Part Examined alone (PS3.16 table L-1 and CID 4). */
const BODY_PARTS: Record<string, DicomCode> = {
  ABDOMEN: { code: '818981001', designator: 'SCT', meaning: 'Abdomen' },
  CHEST: { code: '816094009', designator: 'SCT', meaning: 'Chest' },
  HEAD: { code: '69536005', designator: 'SCT', meaning: 'Head' },
  NECK: { code: '45048000', designator: 'SCT', meaning: 'Neck' },
};

export const codedValue = (c: DicomCode): CodedValue => ({ code: c.code, scheme: SCHEMES[c.designator] ?? c.designator, display: c.meaning });

/** Event codes of a study: its acquisition modalities and regions (RAD TF-3 table 4.68.4.1.2.3-1). */
export const eventCodes = (study: HeldStudy): CodedValue[] => [
  ...study.modalities.flatMap((m) => (MODALITIES[m] ? [codedValue({ code: m, designator: 'DCM', meaning: MODALITIES[m] })] : [])),
  ...study.regions.map(codedValue),
];

const value = (set: DicomDataset, tag: string): string => set.text(tag)?.trim() ?? '';
const oidOf = (set: DicomDataset, sequence: string): string | undefined => {
  const issuer = set.items(sequence)[0];
  return (issuer && value(issuer, '00400032')) || undefined;
};
const codesIn = (set: DicomDataset, sequence: string): DicomCode[] => set.items(sequence).map((i) => ({ code: value(i, '00080100'), designator: value(i, '00080102'), meaning: value(i, '00080104') }));
const distinct = <T>(values: T[], key: (v: T) => string = String): T[] => [...new Map(values.map((v) => [key(v), v])).values()];

function requests(instances: HeldInstance[]): StudyHeader['requests'] {
  const items = instances.flatMap((i) => i.header.items('00400275'));
  return distinct(
    items.map((item) => {
      const accessionIssuer = oidOf(item, '00080051');
      return {
        accession: value(item, '00080050'),
        ...(accessionIssuer !== undefined && { accessionIssuer }),
        requestedProcedureId: value(item, '00401001'),
        description: value(item, '00321060'),
        placerOrder: value(item, '00402016'),
        fillerOrder: value(item, '00402017'),
        codes: codesIn(item, '00321064'),
      };
    }),
    (r) => `${r.accession}\\${r.requestedProcedureId}`,
  );
}

/** Reads a study; undefined where nothing of it is held. */
export function readStudy(instances: HeldInstance[]): HeldStudy | undefined {
  const first = instances[0]?.header;
  if (!first) return undefined;
  const timezone = value(first, '00080201') || undefined;
  const accessionIssuer = oidOf(first, '00080051');
  const issuerOid = oidOf(first, '00100024');
  const regions = instances.flatMap((i) => {
    const named = codesIn(i.header, '00082218');
    const part = BODY_PARTS[value(i.header, '00180015')];
    return named.length > 0 ? named : part ? [part] : [];
  });
  const acquired = instances.flatMap((i) => dtmOf(value(i.header, '00080022'), value(i.header, '00080032'), timezone) ?? []).sort();
  const start = dtmOf(value(first, '00080020'), value(first, '00080030'), timezone);
  const stop = acquired.at(-1);
  return {
    header: {
      patient: {
        name: value(first, '00100010'),
        id: value(first, '00100020'),
        issuer: value(first, '00100021') || undefined,
        issuerOid,
        birthDate: value(first, '00100030'),
        sex: value(first, '00100040'),
      },
      study: {
        uid: instances[0]!.study,
        date: value(first, '00080020'),
        time: value(first, '00080030'),
        id: value(first, '00200010'),
        description: value(first, '00081030'),
        referringPhysician: value(first, '00080090'),
        accession: value(first, '00080050'),
        accessionIssuer,
        timezone,
      },
      requests: requests(instances),
    },
    instances,
    modalities: distinct(instances.map((i) => value(i.header, '00080060'))),
    regions: distinct(regions, (r) => `${r.code}^${r.designator}`),
    procedure: codesIn(first, '00081032')[0],
    institution: value(first, '00080080'),
    start,
    // One point in time, not an inverted range, where acquisition times are missing or earlier than the study's.
    stop: stop !== undefined && start !== undefined && stop >= start ? stop : start,
  };
}
