/** A-ASSOCIATE-RQ and -AC: fixed fields and variable items (PS3.8 sections 9.3.2 and 9.3.3, annex D). */
import type { Problem } from './model.js';
import { note } from './headers.js';

export interface PresentationContext {
  id: number;
  /** Of a request. */
  abstractSyntax?: string;
  /** Proposed ones of a request, at most one of an answer. */
  transferSyntaxes: string[];
  /** Of an answer: 0 is acceptance (PS3.8 table 9-18). */
  result?: number;
}
/** What an association is asked for, or granted, with. */
export interface Associate {
  protocolVersion: number;
  calledAe: string;
  callingAe: string;
  applicationContext?: string;
  presentationContexts: PresentationContext[];
  /** 0: no limit. */
  maximumLength?: number;
  implementationClassUid?: string;
  implementationVersionName?: string;
  asynchronousOperations?: { invoked: number; performed: number };
  roles: { sopClass: string; scu: boolean; scp: boolean }[];
  /** Items that are known by their type only: user identity, extended negotiation, and whatever else. */
  otherItems: number[];
}

interface Item {
  type: number;
  offset: number;
  bytes: Buffer;
}

/** Reads the PDU's octets behind its six octets of type and length. `base` is where they lie in the stream. */
export function readAssociate(bytes: Buffer, base: number, problems: Problem[]): Associate {
  const associate: Associate = { protocolVersion: 0, calledAe: '', callingAe: '', presentationContexts: [], roles: [], otherItems: [] };
  if (bytes.length < 68) {
    note(problems, 'pdu-too-short', `An A-ASSOCIATE PDU has at least 68 octets behind its length; ${bytes.length} were found.`, base, bytes.length);
    return associate;
  }
  associate.protocolVersion = bytes.readUInt16BE(0);
  associate.calledAe = text(bytes.subarray(4, 20));
  associate.callingAe = text(bytes.subarray(20, 36));
  for (const item of itemsIn(bytes, 68, base, problems)) {
    if (item.type === 0x10) associate.applicationContext = text(item.bytes);
    else if (item.type === 0x20 || item.type === 0x21) presentationContext(associate, item, problems);
    else if (item.type === 0x50) userInformation(associate, item, problems);
    else note(problems, 'pdu-unknown-item', `Item type ${hex(item.type)} is not known.`, item.offset, item.bytes.length + 4);
  }
  return associate;
}

const hex = (type: number): string => `${type.toString(16).toUpperCase().padStart(2, '0')}H`;
const text = (bytes: Buffer): string => bytes.toString('latin1').replace(/^ +|[ \0]+$/g, '');

function* itemsIn(bytes: Buffer, from: number, base: number, problems: Problem[]): Iterable<Item> {
  for (let at = from; at < bytes.length; ) {
    const length = at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : 0;
    if (at + 4 > bytes.length || at + 4 + length > bytes.length) {
      note(problems, 'pdu-item-length', `An item is longer than what it stands in: ${bytes.length - at} octets are left.`, base + at, bytes.length - at);
      return;
    }
    yield { type: bytes[at] ?? 0, offset: base + at, bytes: bytes.subarray(at + 4, at + 4 + length) };
    at += 4 + length;
  }
}

function presentationContext(associate: Associate, item: Item, problems: Problem[]): void {
  const { bytes, offset } = item;
  if (bytes.length < 4) return note(problems, 'pdu-item-length', 'A presentation context has fewer than four octets.', offset, bytes.length + 4);
  const context: PresentationContext = { id: bytes[0] ?? 0, transferSyntaxes: [] };
  if (item.type === 0x21) context.result = bytes[2] ?? 0;
  if (context.id % 2 === 0) note(problems, 'pdu-context-id', `Presentation context ID ${context.id} is not odd.`, offset, 5);
  if (associate.presentationContexts.some(({ id }) => id === context.id)) note(problems, 'pdu-context-id', `Presentation context ID ${context.id} occurs twice.`, offset, 5);
  for (const inner of itemsIn(bytes, 4, offset + 4, problems)) {
    if (inner.type === 0x30) context.abstractSyntax = text(inner.bytes);
    else if (inner.type === 0x40) context.transferSyntaxes.push(text(inner.bytes));
    else note(problems, 'pdu-unknown-item', `Item type ${hex(inner.type)} is not known in a presentation context.`, inner.offset, inner.bytes.length + 4);
  }
  associate.presentationContexts.push(context);
}

function userInformation(associate: Associate, item: Item, problems: Problem[]): void {
  for (const { type, bytes } of itemsIn(item.bytes, 0, item.offset + 4, problems)) {
    if (type === 0x51 && bytes.length >= 4) associate.maximumLength = bytes.readUInt32BE(0);
    else if (type === 0x52) associate.implementationClassUid = text(bytes);
    else if (type === 0x55) associate.implementationVersionName = text(bytes);
    else if (type === 0x53 && bytes.length >= 4) associate.asynchronousOperations = { invoked: bytes.readUInt16BE(0), performed: bytes.readUInt16BE(2) };
    else if (type === 0x54 && bytes.length >= 2 && bytes.length >= 4 + bytes.readUInt16BE(0)) {
      const end = 2 + bytes.readUInt16BE(0);
      associate.roles.push({ sopClass: text(bytes.subarray(2, end)), scu: bytes[end] === 1, scp: bytes[end + 1] === 1 });
    } else associate.otherItems.push(type);
  }
}
