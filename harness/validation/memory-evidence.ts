/** An evidence store in memory: for files that are judged without a run, and for witnesses. */
import { createHash } from 'node:crypto';
import type { BlobRef, BlobWriter, EvidenceStore } from '../contracts.js';

export class MemoryEvidence implements EvidenceStore {
  private readonly blobs = new Map<string, Uint8Array>();

  /** Puts whole bytes in. The same bytes are kept once. */
  put(bytes: Uint8Array): BlobRef {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.blobs.set(sha256, bytes);
    return { sha256, size: bytes.length };
  }

  async create(): Promise<BlobWriter> {
    const chunks: Uint8Array[] = [];
    return {
      write: async (chunk) => void chunks.push(Uint8Array.from(chunk)),
      seal: async () => this.put(Buffer.concat(chunks)),
    };
  }

  async *read(blob: BlobRef, range: { from: number; to?: number } = { from: 0 }): AsyncIterable<Uint8Array> {
    const bytes = this.blobs.get(blob.sha256);
    if (!bytes) throw new Error(`There is no evidence ${blob.sha256} in this store.`);
    yield bytes.subarray(range.from, range.to);
  }
}
