/** UIDs from UUIDs (PS3.5 annex B.2: root 2.25) and UUID URNs; from a seeded source of chance where a run must repeat. */
import { randomBytes } from 'node:crypto';

function uuidBytes(random?: () => number): Uint8Array {
  const bytes = random ? Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256)) : new Uint8Array(randomBytes(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40; // version 4
  bytes[8] = (bytes[8]! & 0x3f) | 0x80; // variant of RFC 4122
  return bytes;
}

/** `2.25.` and a UUID as one decimal number. */
export function newUid(random?: () => number): string {
  return `2.25.${BigInt(`0x${Buffer.from(uuidBytes(random)).toString('hex')}`)}`;
}

export function newUuid(random?: () => number): string {
  return Buffer.from(uuidBytes(random))
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const newUuidUrn = (random?: () => number): string => `urn:uuid:${newUuid(random)}`;
