/** A fault of the imaging source: hooks into the making of its messages, in the order in which they are asked. */
import type { Fault } from '../../harness/contracts.js';
import type { DicomObject } from '../../harness/formats/model.js';
import type { HeldInstance } from '../common/instance-index.js';
import type { DataSet } from '../emit/dicom-write.js';
import type { Addressing } from '../emit/envelope.js';
import type { ManifestModel } from '../emit/kos.js';
import type { Headers, MtomMessage } from '../emit/mtom.js';
import type { RetrieveAnswerModel } from '../emit/retrieve.js';
import type { XmlNode } from '../emit/xml.js';
import type { SubmissionParts } from './metadata.js';
import type { HeldStudy } from './study.js';

export interface SourceFault extends Fault {
  // ── RAD-68 ────────────────────────────────────────────────────────────────
  /** What the manifest says, before it is a data set. */
  manifestModel?(model: ManifestModel, study: HeldStudy): void;
  /** The manifest's data set. */
  manifest?(set: DataSet): void;
  /** Its File Meta Information. */
  fileMeta?(meta: DataSet): void;
  /** The Part 10 file; size and hash are taken of what is returned. */
  manifestFile?(file: Uint8Array): Uint8Array;
  /** The metadata, with size and hash. */
  metadata?(parts: SubmissionParts, study: HeldStudy): void;
  addressing?(addressing: Addressing): void;
  /** Payload of the Body. */
  payload?(payload: XmlNode): void;
  /** The envelope as text. */
  envelope?(xml: string): string;
  package?(message: MtomMessage): void;
  headers?(headers: Headers): Headers;
  /** Says that it shared the study, and sends nothing. */
  neverSubmits?: true;
  // ── RAD-69 ────────────────────────────────────────────────────────────────
  neverAnswers?: true;
  /** What is answered, before it is written. */
  retrieve?(answer: RetrieveDraft): void;
  /** The data set of an instance that is returned, with its elements' places. */
  object?(bytes: Buffer, object: DicomObject, instance: HeldInstance): Uint8Array;
  retrieveAddressing?(addressing: Addressing): void;
  retrieveEnvelope?(xml: string): string;
  retrievePackage?(message: MtomMessage): void;
}

/** An answer to RAD-69 before it is written: each document with the instance whose bytes it carries. */
export interface RetrieveDraft extends Omit<RetrieveAnswerModel, 'documents'> {
  documents: (RetrieveAnswerModel['documents'][number] & { instance: HeldInstance; mediaType: string })[];
  requested: RequestedInstance[];
  /** What the archive holds beside that. */
  held: HeldInstance[];
}
export interface RequestedInstance {
  study: string;
  series: string;
  sop: string;
  repositoryUniqueId: string;
}

/** A fault of the source: what it does to the verdicts, and how. Verdicts that are not named stay as they are. */
export function sourceFault(vector: { id: string; title: string; breaks: string; alsoBreaks?: string[]; hides?: string[]; expectedExit?: Fault['expectedExit'] }, hooks: Omit<SourceFault, keyof Fault>): SourceFault {
  return { actor: 'Imaging Document Source', alsoBreaks: [], hides: [], expectedExit: 1, ...vector, ...hooks };
}
