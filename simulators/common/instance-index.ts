/** What an archive holds: instances by UID, with the attributes of their headers; data sets stay in the evidence store as they were sent. */
import type { BlobRef, EvidenceStore, ReceivedInstance } from '../../harness/contracts.js';
import { parseDicom } from '../../harness/formats/dicom.js';
import type { DicomDataset } from '../../harness/formats/model.js';

export interface HeldInstance {
  study: string;
  series: string;
  sop: string;
  sopClass: string;
  transferSyntax: string;
  dataset: BlobRef;
  /** Elements before the pixel data. */
  header: DicomDataset;
}

/** Headers end well before this; pixel data behind it is never read here. */
const HEADER_BYTES = 256 * 1024;
/** PS3.7 annex C: cannot understand. */
const CANNOT_UNDERSTAND = 0xc000;
/** PS3.4 table B.2-1: data set does not match SOP class. */
const DOES_NOT_MATCH = 0xa900;

export class InstanceIndex {
  private readonly bySop = new Map<string, HeldInstance>();

  constructor(private readonly evidence: EvidenceStore) {}

  /** Takes an instance in; the DIMSE status to answer with. */
  async add(received: ReceivedInstance): Promise<number> {
    const header = await this.readHeader(received.dataset, received.transferSyntax);
    const uid = (tag: string): string => header?.text(tag) ?? '';
    const [study, series, sop, sopClass] = [uid('0020000D'), uid('0020000E'), uid('00080018'), uid('00080016')];
    if (!header || !study || !series || !sop) return CANNOT_UNDERSTAND;
    if (sop !== received.sopInstance || sopClass !== received.sopClass) return DOES_NOT_MATCH;
    this.bySop.set(sop, { study, series, sop, sopClass, transferSyntax: received.transferSyntax, dataset: received.dataset, header });
    return 0x0000;
  }

  get(sop: string): HeldInstance | undefined {
    return this.bySop.get(sop);
  }

  list(study?: string): HeldInstance[] {
    return [...this.bySop.values()].filter((i) => study === undefined || i.study === study);
  }

  private async readHeader(dataset: BlobRef, transferSyntax: string): Promise<DicomDataset | undefined> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.evidence.read(dataset, { from: 0, to: Math.min(dataset.size, HEADER_BYTES) })) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    try {
      const pixels = parseDicom(bytes, { transferSyntax }).dataset.get('7FE00010');
      // A copy of the header alone: the values of a data set are views into the bytes that it was read from, and would keep them all.
      return parseDicom(Buffer.from(bytes.subarray(0, pixels?.offset ?? bytes.length)), { transferSyntax }).dataset;
    } catch {
      return undefined;
    }
  }
}
