/** Views of stored blobs: each is read once, and shared by all who ask. */
import type { BlobRef, EvidenceStore, ViewKey, ViewSource } from '../contracts.js';

/** Blobs whose views are kept at a time; the one asked for longest ago goes first. */
const BLOBS = 64;
/** Octets that all kept views may hold together; one blob's views hold at most `HELD`. */
const OCTETS = 384 * 1024 * 1024;
const HELD = 128 * 1024 * 1024;

interface Kept {
  weight: number;
  views: Map<string, Promise<unknown>>;
}

export class Views implements ViewSource {
  private readonly blobs = new Map<string, Kept>();
  private weight = 0;

  constructor(private readonly store: EvidenceStore) {}

  view<V>(blob: BlobRef, key: ViewKey<V>): Promise<V | undefined> {
    const { views } = this.keep(blob);
    const known = views.get(key.name) as Promise<V | undefined> | undefined;
    if (known) return known;
    const view = key.parse(this.source(blob), blob, this);
    views.set(key.name, view);
    // A view that could not be read (the store failed) is asked for anew.
    view.catch(() => views.delete(key.name));
    return view;
  }

  /** Opens the blob only when it is read: a view that builds on another one never reads it. */
  private source(blob: BlobRef): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => this.store.read(blob)[Symbol.asyncIterator]() };
  }

  private keep(blob: BlobRef): Kept {
    const kept = this.blobs.get(blob.sha256) ?? { weight: Math.min(blob.size, HELD), views: new Map<string, Promise<unknown>>() };
    if (!this.blobs.delete(blob.sha256)) this.weight += kept.weight;
    this.blobs.set(blob.sha256, kept);
    for (const [oldest, { weight }] of this.blobs) {
      if (oldest === blob.sha256 || (this.blobs.size <= BLOBS && this.weight <= OCTETS)) break;
      this.blobs.delete(oldest);
      this.weight -= weight;
    }
    return kept;
  }
}
