/** Header sections, as HTTP (RFC 9112 section 5) and MIME (RFC 5322 section 2.2) have them, with places. Lines may end in LF alone. */
import { PROBLEMS_CAP } from './caps.js';
import type { HeaderField, Problem } from './model.js';

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

export interface HeaderSection {
  fields: HeaderField[];
  /** Behind the blank line, or where something began that is no header. */
  end: number;
  /** The blank line was there. */
  closed: boolean;
  bareLineFeeds: number;
}

/** Adds to a capped list. */
export function note(problems: Problem[], code: string, message: string, offset: number, length = 0): void {
  if (problems.length < PROBLEMS_CAP) problems.push({ code, message, offset, length });
}

/** One header section in `bytes` from `from`. `toBlob` gives the place of an octet. Stops at the first line that can be no header. */
export function readHeaders(bytes: Buffer, from: number, problems: Problem[], toBlob: (offset: number) => number): HeaderSection {
  const section: HeaderSection = { fields: [], end: from, closed: false, bareLineFeeds: 0 };
  const folded: string[] = [];
  readLines(bytes, section, folded, problems, toBlob);
  unfold(section.fields.at(-1), folded);
  return section;
}

/** Joins the lines that a field goes on with. */
function unfold(field: HeaderField | undefined, folded: string[]): void {
  if (!field || folded.length === 0) return;
  field.value = [field.value, ...folded].join(' ').trim();
  folded.length = 0;
}

function readLines(bytes: Buffer, section: HeaderSection, folded: string[], problems: Problem[], toBlob: (offset: number) => number): void {
  while (section.end < bytes.length) {
    const at = section.end;
    const feed = bytes.indexOf(10, at);
    const next = feed < 0 ? bytes.length : feed + 1;
    if (feed >= 0 && (feed === at || bytes[feed - 1] !== 13)) section.bareLineFeeds++;
    const lineEnd = feed < 0 ? bytes.length : feed > at && bytes[feed - 1] === 13 ? feed - 1 : feed;
    if (lineEnd === at) {
      section.end = next;
      section.closed = feed >= 0;
      return;
    }
    const line = bytes.toString('latin1', at, lineEnd);
    const last = section.fields.at(-1);
    const start = toBlob(at);
    const length = toBlob(Math.max(at, lineEnd - 1)) + 1 - start;
    if (/^[ \t]/.test(line) && last && line.trim() !== '') {
      folded.push(line.trim());
      last.length = start + length - last.offset;
    } else {
      const colon = line.indexOf(':');
      const name = colon < 0 ? '' : line.slice(0, colon).trimEnd();
      if (!NAME.test(name)) {
        if (line.trim() !== '') return;
        // White space alone: taken for the blank line that was meant.
        note(problems, 'header-blank-line-not-empty', 'The line behind the headers is not empty: it holds white space.', start, length);
        section.end = next;
        section.closed = feed >= 0;
        return;
      }
      if (name.length !== colon) note(problems, 'header-space-before-colon', `White space stands between “${name}” and its colon.`, start, length);
      unfold(last, folded);
      section.fields.push({ name, value: line.slice(colon + 1).trim(), offset: start, length });
    }
    section.end = next;
  }
}

/** First header of that name, in any case. */
export const header = (fields: readonly HeaderField[], name: string): HeaderField | undefined => headersNamed(fields, name)[0];

/** All headers of that name, in any case. */
export function headersNamed(fields: readonly HeaderField[], name: string): HeaderField[] {
  const wanted = name.toLowerCase();
  return fields.filter((field) => field.name.toLowerCase() === wanted);
}
