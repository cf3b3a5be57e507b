/** Bytes in memory as an evidence store, and messages written by hand. */
import { createHash } from 'node:crypto';
import type { BlobRef, EvidenceStore, ViewKey } from '../../harness/contracts.js';
import { Views } from '../../harness/formats/viewer.js';

export const refOf = (bytes: Uint8Array): BlobRef => ({ sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length });

/** A store that holds these blobs and gives them in pieces of `chunk` bytes. */
export function storeOf(blobs: Uint8Array[], chunk = 65536): EvidenceStore & { reads: number } {
  const known = new Map(blobs.map((bytes) => [refOf(bytes).sha256, bytes]));
  const store = {
    reads: 0,
    create: () => Promise.reject(new Error('read only')),
    async *read(blob: BlobRef, range?: { from: number; to?: number }): AsyncIterable<Uint8Array> {
      store.reads++;
      const bytes = known.get(blob.sha256);
      if (!bytes) throw new Error(`no blob ${blob.sha256}`);
      const end = Math.min(range?.to ?? bytes.length, bytes.length);
      for (let at = range?.from ?? 0; at < end; at += chunk) yield bytes.subarray(at, Math.min(end, at + chunk));
    },
  };
  return store;
}

/** One view of these bytes, fed in pieces of `chunk` bytes. */
export function viewOf<V>(bytes: Uint8Array, key: ViewKey<V>, chunk?: number): Promise<V | undefined> {
  return new Views(storeOf([bytes], chunk)).view(refOf(bytes), key);
}

/** A view that has to be there. */
export async function mustView<V>(bytes: Uint8Array, key: ViewKey<V>, chunk?: number): Promise<V> {
  const view = await viewOf(bytes, key, chunk);
  if (view === undefined) throw new Error(`no ${key.name} in these ${bytes.length} bytes`);
  return view;
}

/** Bytes from text (UTF-8) and bytes. */
export const bytesOf = (...pieces: (string | Uint8Array)[]): Buffer => Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));

/** The same body in chunked transfer coding, in chunks of these sizes in turn, with extensions on some. */
export function chunked(body: Uint8Array, sizes: number[]): Buffer {
  const pieces: (string | Uint8Array)[] = [];
  for (let at = 0, turn = 0; at < body.length; turn++) {
    const size = Math.min(sizes[turn % sizes.length] ?? 1, body.length - at);
    pieces.push(`${size.toString(16)}${turn % 2 ? ';ext="a"' : ''}\r\n`, body.subarray(at, at + size), '\r\n');
    at += size;
  }
  return bytesOf(...pieces, '0\r\nX-Trailer: 1\r\n\r\n');
}

/** Deterministic pseudo-random numbers in [0, 1). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
