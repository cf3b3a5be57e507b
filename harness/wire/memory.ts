/** Evidence and event log in memory: for tests that need no disk. */
import { createHash } from 'node:crypto';
import type { BlobRef, EventLog, EvidenceStore, RunEvent } from '../contracts.js';
import { CHAIN_START, eventHash } from './event-file.js';

export function memoryEvidence(): EvidenceStore & { bytes(blob: BlobRef): Buffer } {
  const blobs = new Map<string, Buffer>();
  const bytes = (blob: BlobRef): Buffer => {
    const found = blobs.get(blob.sha256);
    if (!found) throw new Error(`evidence ${blob.sha256}: not in this store`);
    return found;
  };
  return {
    bytes,
    create: async () => {
      const chunks: Buffer[] = [];
      return {
        write: async (chunk) => void chunks.push(Buffer.from(chunk)),
        seal: async () => {
          const whole = Buffer.concat(chunks);
          const sha256 = createHash('sha256').update(whole).digest('hex');
          blobs.set(sha256, whole);
          return { sha256, size: whole.length };
        },
      };
    },
    read: async function* (blob, range) {
      yield bytes(blob).subarray(range?.from ?? 0, range?.to);
    },
  };
}

export function memoryLog(clock: () => Date = () => new Date()): EventLog & { events: RunEvent[] } {
  const events: RunEvent[] = [];
  const waiting = new Set<() => void>();
  return {
    events,
    append: async ({ type, v, data }) => {
      const last = events.at(-1);
      const body = { seq: (last?.seq ?? 0) + 1, at: clock().toISOString(), type, v, data, prev: last?.hash ?? CHAIN_START };
      const event = { ...body, hash: eventHash(body) };
      events.push(event);
      for (const wake of waiting) wake();
      return event;
    },
    head: async () => ({ seq: events.at(-1)?.seq ?? 0, hash: events.at(-1)?.hash ?? CHAIN_START }),
    follow: async function* (after, signal) {
      for (let at = after; !signal.aborted; ) {
        const event = events[at];
        if (event) {
          at += 1;
          yield event;
          continue;
        }
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
          signal.addEventListener('abort', wake, { once: true });
        });
      }
    },
  };
}
