/** The study as the SUT itself gave it out by RAD-69: the truth where nothing was delivered. */
import { createHash } from 'node:crypto';
import type { BlobRef, EvidenceStore, Exchange, TrueInstance } from '../contracts.js';
import type { DicomObject, RetrieveResponse } from '../formats/model.js';
import { retrieveResponseView } from '../formats/retrieve.js';
import { Views } from '../formats/viewer.js';

/** Data sets that do not lie in one piece in what was stored (chunked, base64) are held in memory up to this sum. */
const HELD = 256 * 1024 * 1024;

/** Instances of some RAD-69 answers, and a store in which their data sets can be read. */
export async function instancesOfAnswers(exchanges: readonly Exchange[], evidence: EvidenceStore): Promise<{ instances: TrueInstance[]; evidence: EvidenceStore }> {
  const views = new Views(evidence);
  const derived = new DerivedBlobs(evidence);
  const instances = new Map<string, TrueInstance>();
  for (const { messages } of exchanges) {
    const answer = messages.find((message) => message.from === 'responder');
    if (!answer) continue;
    const response = await views.view(answer.raw, retrieveResponseView);
    for (const document of response?.documents ?? []) {
      const instance = instanceOf(document, answer.raw, derived);
      if (instance && !instances.has(instance.sop)) instances.set(instance.sop, instance);
    }
  }
  return { instances: [...instances.values()], evidence: derived };
}

function instanceOf({ dicom, content }: RetrieveResponse['documents'][number], answer: BlobRef, derived: DerivedBlobs): TrueInstance | undefined {
  if (!dicom?.part10 || content?.size === undefined) return undefined;
  const [study, series, sop, sopClass] = ['0020000D', '0020000E', '00080018', '00080016'].map((tag) => dicom.dataset.text(tag));
  if (!study || !series || !sop || !sopClass) return undefined;
  const start = behindMeta(dicom);
  const about = { study, series, sop, sopClass, transferSyntax: dicom.transferSyntax, length: content.size - start };
  if (dicom.base !== undefined) return { ...about, blob: answer, offset: dicom.base + start };
  const blob = content.bytes && derived.keep(content.bytes);
  return blob && { ...about, blob, offset: start };
}

/** First byte of the data set: behind the file meta information (PS3.10 section 7.1). */
const behindMeta = (dicom: DicomObject): number => dicom.meta.elements.reduce((end, element) => Math.max(end, element.valueOffset + element.length), 132);

/** Blobs that were never on the wire as such, before the store of those that were. */
class DerivedBlobs implements EvidenceStore {
  readonly #inner: EvidenceStore;
  readonly #held = new Map<string, Uint8Array>();
  #size = 0;

  constructor(inner: EvidenceStore) {
    this.#inner = inner;
  }

  keep(bytes: Uint8Array): BlobRef | undefined {
    if (this.#size + bytes.length > HELD) return undefined;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (!this.#held.has(sha256)) this.#size += bytes.length;
    this.#held.set(sha256, bytes);
    return { sha256, size: bytes.length };
  }

  create(): ReturnType<EvidenceStore['create']> {
    return this.#inner.create();
  }

  async *read(blob: BlobRef, range?: { from: number; to?: number }): AsyncIterable<Uint8Array> {
    const held = this.#held.get(blob.sha256);
    if (held) yield held.subarray(range?.from ?? 0, range?.to);
    else yield* this.#inner.read(blob, range);
  }
}
