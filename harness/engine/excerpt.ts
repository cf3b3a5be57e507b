/** The lines around a finding's place, cut so that a reader sees it: text as text, anything else as a hex dump. */
import type { EvidenceStore, Excerpt, Location } from '../contracts.js';

const BEFORE = 700;
const BEHIND = 900;
const LINES_AROUND = 4;
/** A line longer than this is cut around the mark: many products send their XML as one line. */
const WIDTH = 160;

export async function excerptOf(evidence: EvidenceStore, at: Location): Promise<Excerpt | undefined> {
  const from = Math.max(0, at.offset - BEFORE);
  const to = Math.min(at.blob.size, at.offset + Math.min(at.length, 400) + BEHIND);
  if (from >= to) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of evidence.read(at.blob, { from, to })) chunks.push(chunk);
  const window = Buffer.concat(chunks);
  const start = at.offset - from;
  const length = Math.max(1, Math.min(at.length, 400));
  return isText(window.subarray(Math.max(0, start - 40), start + Math.min(length, 60) + 20))
    ? textExcerpt(window, start, length, at.line ?? 1)
    : hexExcerpt(window, start, length, from);
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  let odd = 0;
  for (const byte of bytes) if (byte < 0x09 || (byte > 0x0d && byte < 0x20) || byte === 0x7f) odd++;
  return odd / bytes.length < 0.02;
}

function textExcerpt(window: Buffer, start: number, length: number, line: number): Excerpt {
  const before = window.subarray(0, start).toString('utf8').split('\n');
  const marked = window.subarray(start, start + length).toString('utf8').split('\n')[0] ?? '';
  const behind = window.subarray(start + Buffer.byteLength(marked)).toString('utf8').split('\n');
  const lead = before.at(-1) ?? '';
  const rest = behind[0] ?? '';
  const shownLead = lead.length > WIDTH ? `…${lead.slice(-WIDTH)}` : lead;
  const shownMark = cut(marked).replace(/\r$/, '');
  const shownRest = rest.length > WIDTH ? `${rest.slice(0, WIDTH)}…` : rest;
  const above = before.slice(0, -1).slice(-LINES_AROUND);
  const below = behind.slice(1, 1 + LINES_AROUND);
  const lines = [...above.map(cut), shownLead + shownMark + shownRest, ...below.map(cut)].map((l) => l.replace(/\r$/, ''));
  return {
    kind: 'text',
    firstLine: Math.max(1, line - above.length),
    lines,
    mark: { line: above.length, from: shownLead.length, to: shownLead.length + Math.max(1, shownMark.length) },
  };
}

const cut = (line: string): string => (line.length > 2 * WIDTH ? `${line.slice(0, 2 * WIDTH)}…` : line);

function hexExcerpt(window: Buffer, start: number, length: number, from: number): Excerpt {
  const lines: string[] = [];
  const marks: NonNullable<Excerpt['mark']>[] = [];
  const firstRow = Math.max(Math.ceil(from / 16), Math.floor((from + start) / 16) - 3) * 16;
  for (let row = firstRow; row < firstRow + 10 * 16; row += 16) {
    const bytes = window.subarray(row - from, row - from + 16);
    if (bytes.length === 0) break;
    const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join(' ').padEnd(47);
    const ascii = [...bytes].map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '·')).join('');
    const position = from + start - row;
    const [first, end] = [Math.max(0, position), Math.min(bytes.length, position + length)];
    if (first < end) marks.push({ line: lines.length, from: 10 + first * 3, to: 10 + end * 3 - 1 });
    lines.push(`${row.toString(16).padStart(8, '0')}  ${hex}  ${ascii}`);
  }
  const [mark, ...moreMarks] = marks;
  return { kind: 'hex', firstLine: 0, lines, ...(mark && { mark }), ...(moreMarks.length > 0 && { moreMarks }) };
}
