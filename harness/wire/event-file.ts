/** Reading an event log: events, and whether its hash chain holds. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { RunEvent, Sha256 } from '../contracts.js';
import { canonicalJson } from '../canonical-json.js';

/** `prev` of the first event. */
export const CHAIN_START: Sha256 = '0'.repeat(64);
/** A line beyond this is no event of ours. */
const LINE_CAP = 64 * 1024 * 1024;

/** The hash of an event: SHA-256 over its canonical JSON without the member `hash`. */
export function eventHash(event: Omit<RunEvent, 'hash'>): Sha256 {
  return createHash('sha256').update(canonicalJson(event), 'utf8').digest('hex');
}

export interface Line {
  /** From 1. */
  number: number;
  text: string;
  /** First byte in the file, and behind its line feed. */
  start: number;
  end: number;
  /** Ended by a line feed. */
  whole: boolean;
}

/** Lines of a file from a byte offset on; memory is one line. */
export async function* readLines(file: string, from = 0, to = Infinity): AsyncIterable<Line> {
  if (to <= from) return;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let start = from;
  let number = 0;
  for await (const piece of createReadStream(file, { start: from, end: to - 1 })) {
    const chunk = piece as Buffer;
    let at = 0;
    for (let feed = chunk.indexOf(10); feed >= 0; feed = chunk.indexOf(10, at)) {
      held.push(chunk.subarray(at, feed));
      const bytes = Buffer.concat(held);
      const end = start + bytes.length + 1;
      yield { number: (number += 1), text: bytes.toString('utf8'), start, end, whole: true };
      start = end;
      held = [];
      heldBytes = 0;
      at = feed + 1;
    }
    if (at < chunk.length) {
      held.push(chunk.subarray(at));
      heldBytes += chunk.length - at;
      if (heldBytes > LINE_CAP) throw new Error(`${file}: line ${number + 1} is longer than ${LINE_CAP} bytes: this is no event log`);
    }
  }
  if (heldBytes > 0) {
    const bytes = Buffer.concat(held);
    yield { number: number + 1, text: bytes.toString('utf8'), start, end: start + bytes.length, whole: false };
  }
}

/** The events of a log, in order. A last line without its line feed (the writer was killed) is left out. */
export async function* readEvents(file: string): AsyncIterable<RunEvent> {
  for await (const line of readLines(file)) {
    if (!line.whole) return;
    const event = parseEvent(line.text);
    if (typeof event === 'string') throw new Error(`${file}, line ${line.number}: ${event}`);
    yield event;
  }
}

export interface ChainReport {
  events: number;
  head: { seq: number; hash: Sha256 };
  /** Where the events that hold end. */
  end: number;
  /** First line that does not hold. */
  problem?: { line: number; what: string };
  /** The last line has no line feed, or is no JSON: the writer was killed while writing it. The chain before it holds. */
  torn?: { line: number; start: number; bytes: number };
}

/** Follows the chain from the first line on and names the first line that breaks it. */
export async function verifyChain(file: string): Promise<ChainReport> {
  const report: ChainReport = { events: 0, head: { seq: 0, hash: CHAIN_START }, end: 0 };
  let unreadable: { line: Line; what: string } | undefined;
  for await (const line of readLines(file)) {
    // An unreadable line that another follows is no torn end.
    if (unreadable) return { ...report, problem: { line: unreadable.line.number, what: unreadable.what } };
    const event = line.whole ? parseEvent(line.text) : 'the line has no end';
    if (typeof event === 'string') {
      unreadable = { line, what: event };
      continue;
    }
    const what = brokenLink(event, line.text, report.head);
    if (what) return { ...report, problem: { line: line.number, what } };
    report.events += 1;
    report.head = { seq: event.seq, hash: event.hash };
    report.end = line.end;
  }
  if (unreadable) report.torn = { line: unreadable.line.number, start: unreadable.line.start, bytes: unreadable.line.end - unreadable.line.start };
  return report;
}

function brokenLink(event: RunEvent, text: string, head: { seq: number; hash: Sha256 }): string | undefined {
  if (event.seq !== head.seq + 1) return `expected seq ${head.seq + 1}, found ${event.seq}`;
  if (event.prev !== head.hash) return `expected prev ${head.hash} (the hash of the line before), found ${event.prev}`;
  const { hash, ...body } = event;
  const expected = eventHash(body);
  if (hash !== expected) return `the event hashes to ${expected}, but its line says ${hash}: it was altered`;
  // Same value, other text (white space, doubled members): not what was written.
  if (canonicalJson(event) !== text) return 'the line is not in canonical form: it was rewritten';
  return undefined;
}

/** The event of a line, or what is wrong with it. */
function parseEvent(text: string): RunEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'expected one JSON object, found something else';
  }
  const event = value as Partial<RunEvent> | null;
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return 'expected a JSON object';
  if (typeof event.seq !== 'number') return 'expected a number `seq`';
  for (const name of ['at', 'type', 'prev', 'hash'] as const) if (typeof event[name] !== 'string') return `expected a string \`${name}\``;
  return event as RunEvent;
}
