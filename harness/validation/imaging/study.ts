/** The study as it was delivered: the facts of each instance that comparisons need, read once an attempt from the bytes that were sent. */
import type { AttemptContext, BlobRef, TrueInstance } from '../../contracts.js';
import { parseDicom } from '../../formats/dicom.js';
import type { DicomDataset, DicomObject } from '../../formats/model.js';
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN } from '../tables/transfer-syntaxes.js';

/** Attributes by which instances are compared; undefined where absent. */
export interface Identity {
  patientName?: string;
  patientId?: string;
  birthDate?: string;
  sex?: string;
  accession?: string;
  study?: string;
  series?: string;
  sop?: string;
  sopClass?: string;
}

export interface DeliveredInstance {
  truth: TrueInstance;
  identity: Identity;
  /** Of the requests that the instance belongs to: (0040,0275), or accession number and requested procedure of its top level. */
  requests: { procedureId?: string; accession?: string }[];
  /** Answered with status 0000. Another one the system may hold, but need not. */
  acknowledged: boolean;
}

/** Read at first; grown until the pixel data or the end is in it. */
const FIRST_READ = 256 * 1024;
/** What is held in memory of one instance at most. */
export const HEADER_CAP = 64 * 1024 * 1024;

const known = new WeakMap<readonly TrueInstance[], Promise<ReadonlyMap<string, DeliveredInstance>>>();

/** By SOP Instance UID, what Assay delivered to the system under test; empty where it delivered nothing (then the truth is not known independently). */
export async function deliveredStudy(context: AttemptContext): Promise<ReadonlyMap<string, DeliveredInstance>> {
  if (context.facts.delivered.length === 0) return new Map();
  const instances = await context.truth.instances();
  let study = known.get(instances);
  if (!study) known.set(instances, (study = readAll(instances, context)));
  return study;
}

async function readAll(instances: readonly TrueInstance[], context: AttemptContext): Promise<ReadonlyMap<string, DeliveredInstance>> {
  const acknowledged = new Set(context.facts.delivered);
  const study = new Map<string, DeliveredInstance>();
  for (const truth of instances) {
    const { dataset } = await readHeader(truth, context);
    study.set(truth.sop, {
      truth,
      identity: identityOf(dataset),
      requests: requestsOf(dataset),
      acknowledged: acknowledged.has(truth.sop),
    });
  }
  return study;
}

/** The instances that the scenario's study is made of, where it names one; else all that were delivered. */
export async function instancesToShare(context: AttemptContext): Promise<DeliveredInstance[]> {
  const all = [...(await deliveredStudy(context)).values()];
  const uid = context.facts.given.study?.uid;
  return uid === undefined ? all : all.filter(({ truth }) => truth.study === uid);
}

/** A data set up to its pixel data; values beyond the reader's caps by position only. */
export async function readHeader(truth: TrueInstance, context: Pick<AttemptContext, 'read'>): Promise<DicomObject> {
  const whole = truth.transferSyntax === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
  for (let wanted = whole ? HEADER_CAP : FIRST_READ; ; wanted *= 4) {
    const size = Math.min(wanted, truth.length, HEADER_CAP);
    const bytes = await readBytes(context, truth.blob, truth.offset, truth.offset + size);
    const object = parseDicom(bytes, { transferSyntax: truth.transferSyntax, base: truth.offset, total: truth.length });
    if (size === truth.length || size === HEADER_CAP || pixelElement(object.dataset)) return object;
  }
}

/** Pixel Data, Float Pixel Data or Double Float Pixel Data of the top level. */
export const pixelElement = (dataset: DicomDataset) => dataset.get('7FE00010') ?? dataset.get('7FE00008') ?? dataset.get('7FE00009');

export function identityOf(dataset: DicomDataset): Identity {
  const text = (tag: string) => dataset.text(tag);
  return {
    patientName: text('00100010'),
    patientId: text('00100020'),
    birthDate: text('00100030'),
    sex: text('00100040'),
    accession: text('00080050'),
    study: text('0020000D'),
    series: text('0020000E'),
    sop: text('00080018'),
    sopClass: text('00080016'),
  };
}

function requestsOf(dataset: DicomDataset): DeliveredInstance['requests'] {
  return dataset.items('00400275').map((item) => ({ procedureId: item.text('00401001'), accession: item.text('00080050') }));
}

/** A range of a blob, in memory. */
export async function readBytes(context: Pick<AttemptContext, 'read'>, blob: BlobRef, from: number, to: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of context.read(blob, { from, to })) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}
