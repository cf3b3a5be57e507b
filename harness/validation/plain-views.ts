/** Views of stored messages, each parsed once a blob. */
import type { BlobRef, EvidenceStore, ViewKey, ViewSource } from '../contracts.js';

export class Views implements ViewSource {
  private readonly parsed = new Map<string, Promise<unknown>>();

  constructor(private readonly store: EvidenceStore) {}

  view<V>(blob: BlobRef, key: ViewKey<V>): Promise<V | undefined> {
    const name = `${blob.sha256} ${key.name}`;
    let view = this.parsed.get(name) as Promise<V | undefined> | undefined;
    if (!view) {
      view = key.parse(this.store.read(blob), blob, this);
      this.parsed.set(name, view);
    }
    return view;
  }
}
