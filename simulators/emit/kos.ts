/** The manifest of a study: a Key Object Selection Document (RAD TF-2 section 4.68.4.1.2.1; PS3.3 A.35.4; PS3.16 TID 2010). */
import { dataSet, type DataSet } from './dicom-write.js';
import { dicomDateTime } from './time.js';

export const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';

export interface DicomCode {
  code: string;
  designator: string;
  meaning: string;
}
/** What the manifest repeats of the images that it names; empty where they have no value. */
export interface StudyHeader {
  patient: { name: string; id: string; issuer?: string; issuerOid?: string; birthDate: string; sex: string };
  study: { uid: string; date: string; time: string; id: string; description: string; referringPhysician: string; accession: string; accessionIssuer?: string; timezone?: string };
  requests: { accession: string; accessionIssuer?: string; requestedProcedureId: string; description: string; placerOrder: string; fillerOrder: string; codes: DicomCode[] }[];
}
export interface ReferencedInstance {
  sop: string;
  sopClass: string;
  valueType: 'IMAGE' | 'WAVEFORM' | 'COMPOSITE';
}
export interface ReferencedSeries {
  uid: string;
  retrieveAe: string;
  /** repositoryUniqueId of the imaging source. */
  retrieveLocation: string;
  instances: ReferencedInstance[];
}
export interface ManifestModel {
  header: StudyHeader;
  sop: string;
  series: string;
  seriesNumber: number;
  created: Date;
  /** Current Requested Procedure Evidence Sequence. */
  evidence: { study: string; series: ReferencedSeries[] }[];
  /** Content items below the root. */
  tree: ReferencedInstance[];
}

const codeItem = (c: DicomCode): DataSet => dataSet({ '00080100': c.code, '00080102': c.designator, '00080104': c.meaning });
const oidIssuer = (oid: string | undefined): DataSet[] | undefined => (oid ? [dataSet({ '00400032': oid, '00400033': 'ISO' })] : undefined);
const reference = ({ sopClass, sop }: ReferencedInstance): DataSet => dataSet({ '00081150': sopClass, '00081155': sop });

const seriesItem = (s: ReferencedSeries): DataSet =>
  dataSet({ '00080054': s.retrieveAe, '00081199': s.instances.map(reference), '0020000E': s.uid, '0040E011': s.retrieveLocation });

const requestItem = (study: string, r: StudyHeader['requests'][number]): DataSet =>
  dataSet({
    '00080050': r.accession,
    '00080051': oidIssuer(r.accessionIssuer),
    '00081110': [],
    '0020000D': study,
    '00321060': r.description,
    '00321064': r.codes.map(codeItem),
    '00401001': r.requestedProcedureId,
    '00402016': r.placerOrder,
    '00402017': r.fillerOrder,
  });

/** The manifest's data set. Times stand in the zone of the images, since one Timezone Offset From UTC holds for all of them. */
export function manifestDataSet(model: ManifestModel): DataSet {
  const { patient, study, requests } = model.header;
  const created = dicomDateTime(model.created, study.timezone);
  return dataSet({
    '00080005': 'ISO_IR 192',
    '00080012': created.date,
    '00080013': created.time,
    '00080016': KEY_OBJECT_SELECTION,
    '00080018': model.sop,
    '00080020': study.date,
    '00080023': created.date,
    '00080030': study.time,
    '00080033': created.time,
    '00080050': study.accession,
    '00080051': oidIssuer(study.accessionIssuer),
    '00080060': 'KO',
    '00080070': 'Assay',
    '00080090': study.referringPhysician,
    '00080201': study.timezone,
    '00081030': study.description || undefined,
    '0008103E': 'Manifest',
    '00081090': 'Reference Imaging Document Source',
    '00081111': [],
    '00100010': patient.name,
    '00100020': patient.id,
    '00100021': patient.issuer,
    '00100024': oidIssuer(patient.issuerOid),
    '00100030': patient.birthDate,
    '00100040': patient.sex,
    '0020000D': study.uid,
    '0020000E': model.series,
    '00200010': study.id,
    '00200011': model.seriesNumber,
    '00200013': 1,
    '0040A040': 'CONTAINER',
    '0040A043': [codeItem({ code: '113030', designator: 'DCM', meaning: 'Manifest' })],
    '0040A050': 'SEPARATE',
    '0040A370': requests.length > 0 ? requests.map((r) => requestItem(study.uid, r)) : undefined,
    '0040A375': model.evidence.map((e) => dataSet({ '00081115': e.series.map(seriesItem), '0020000D': e.study })),
    '0040A504': [dataSet({ '00080105': 'DCMR', '0040DB00': '2010' })],
    '0040A730': model.tree.map((i) => dataSet({ '00081199': [reference(i)], '0040A010': 'CONTAINS', '0040A040': i.valueType })),
  });
}
