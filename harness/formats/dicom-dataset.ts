/** Elements and data sets of a DICOM object: places first, text and paths only when asked for. */
import { VALUE_CAP } from './caps.js';
import { decodeDicomText } from './dicom-text.js';
import type { DicomDataset, DicomElement } from './model.js';

export const UNDEFINED_LENGTH = 0xffffffff;

const tagNames = new Map<number, string>();

/** `0040A375` for 0x0040A375; the same string each time. */
export function tagName(tag: number): string {
  let name = tagNames.get(tag);
  if (name === undefined) {
    name = tag.toString(16).toUpperCase().padStart(8, '0');
    if (tagNames.size < 20_000) tagNames.set(tag, name);
  }
  return name;
}

const tagNumbers = new Map<string, number>();

/** 0x0040A375 for `0040A375`. */
function tagNumber(name: string): number {
  let number = tagNumbers.get(name);
  if (number === undefined) {
    number = Number.parseInt(name, 16);
    if (tagNumbers.size < 20_000) tagNumbers.set(name, number);
  }
  return number;
}

/** What all elements of one object share. */
export interface ByteSource {
  bytes: Buffer;
  bigEndian: boolean;
}

export class ParsedElement implements DicomElement {
  items?: ParsedDataset[];
  fragments?: { offset: number; length: number }[];

  constructor(
    readonly source: ByteSource,
    readonly parent: ParsedDataset,
    readonly number: number,
    readonly vr: string,
    readonly offset: number,
    readonly valueOffset: number,
    readonly length: number,
  ) {}

  get tag(): string {
    return tagName(this.number);
  }

  /** Whether the octets are at hand, and few enough to be given. */
  get held(): boolean {
    return this.items === undefined && this.vr !== 'SQ' && this.length <= VALUE_CAP && this.valueOffset + this.length <= this.source.bytes.length;
  }

  get value(): Uint8Array | undefined {
    if (!this.held) return undefined;
    return this.source.bytes.subarray(this.valueOffset, this.valueOffset + this.length);
  }

  get path(): string {
    const tag = this.tag;
    const own = `(${tag.slice(0, 4)},${tag.slice(4)})`;
    return this.parent.path === '' ? own : `${this.parent.path}.${own}`;
  }
}

export class ParsedDataset implements DicomDataset {
  readonly elements: ParsedElement[] = [];
  private index?: Map<number, ParsedElement>;
  private repertoires?: readonly string[];

  constructor(
    readonly offset: number,
    readonly owner?: ParsedElement,
    readonly position = 0,
  ) {}

  /** Empty for the object itself, `(0040,A375)[1]` for the first item of a sequence. */
  get path(): string {
    return this.owner ? `${this.owner.path}[${this.position}]` : '';
  }

  get(tag: string): ParsedElement | undefined {
    return this.find(tagNumber(tag));
  }

  /** The first one, where a tag occurs more than once. */
  find(number: number): ParsedElement | undefined {
    if (this.elements.length <= LINEAR) {
      for (const element of this.elements) if (element.number === number) return element;
      return undefined;
    }
    if (!this.index) {
      this.index = new Map();
      for (const element of this.elements) if (!this.index.has(element.number)) this.index.set(element.number, element);
    }
    return this.index.get(number);
  }

  items(tag: string): ParsedDataset[] {
    return this.get(tag)?.items ?? [];
  }

  text(tag: string): string | undefined {
    const element = this.get(tag);
    if (!element?.held) return undefined;
    if (isNumeric(element.vr)) return numbersOf(element).join('\\');
    const { source, valueOffset, length, vr } = element;
    const end = valueOffset + length;
    const charsets = TEXT_VRS.has(vr) ? this.charsets() : NO_CHARSETS;
    const text = charsets.length === 0 ? source.bytes.toString('latin1', valueOffset, end) : decodeDicomText(source.bytes.subarray(valueOffset, end), charsets);
    return trimmed(vr, text);
  }

  /** Specific Character Set of this item, or of what is around it. */
  charsets(): readonly string[] {
    return (this.repertoires ??= this.ownCharsets() ?? this.owner?.parent.charsets() ?? NO_CHARSETS);
  }

  private ownCharsets(): string[] | undefined {
    const element = this.find(0x00080005);
    if (!element?.held) return undefined;
    return element.source.bytes.toString('latin1', element.valueOffset, element.valueOffset + element.length).split('\\').map((name) => name.replace(/[ \0]+$/, ''));
  }
}

/** Data sets of at most so many elements are searched in order: building an index would cost more. */
const LINEAR = 12;
const NO_CHARSETS: string[] = [];

/** VRs that Specific Character Set applies to (PS3.5 section 6.1.2.2). */
const TEXT_VRS = new Set(['SH', 'LO', 'ST', 'LT', 'PN', 'UC', 'UT']);
/** One value, in which a backslash is a character like any other; leading space counts. */
const SINGLE_VRS = new Set(['ST', 'LT', 'UT', 'UR']);

function trimmed(vr: string, text: string): string {
  if (SINGLE_VRS.has(vr)) return bare(text, 0);
  return text.includes('\\') ? text.split('\\').map((value) => bare(value, leadingSpace(value))).join('\\') : bare(text, leadingSpace(text));
}

/** Without padding at the end: spaces, or the null of UIDs. */
function bare(text: string, from: number): string {
  let end = text.length;
  for (; end > from; end--) {
    const unit = text.charCodeAt(end - 1);
    if (unit !== 0x20 && unit !== 0) break;
  }
  return text.slice(from, end);
}

function leadingSpace(text: string): number {
  let start = 0;
  while (text.charCodeAt(start) === 0x20) start++;
  return start;
}

const WIDTHS: Record<string, number> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8, AT: 4, UV: 8, SV: 8 };

/** Whether values of this VR are numbers in binary. */
export const isNumeric = (vr: string): boolean => vr in WIDTHS;

/** Binary numbers of an element as decimal text; tags as `0008,0060`. Octets that are left over are not read. */
export function numbersOf(element: ParsedElement): string[] {
  const { value } = element;
  const width = WIDTHS[element.vr];
  if (!value || width === undefined) return [];
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const little = !element.source.bigEndian;
  const numbers: string[] = [];
  for (let at = 0; at + width <= value.length; at += width) numbers.push(readNumber(view, element.vr, at, little));
  return numbers;
}

function readNumber(view: DataView, vr: string, at: number, little: boolean): string {
  switch (vr) {
    case 'US':
      return String(view.getUint16(at, little));
    case 'SS':
      return String(view.getInt16(at, little));
    case 'UL':
      return String(view.getUint32(at, little));
    case 'SL':
      return String(view.getInt32(at, little));
    case 'FL':
      return String(view.getFloat32(at, little));
    case 'FD':
      return String(view.getFloat64(at, little));
    case 'UV':
      return String(view.getBigUint64(at, little));
    case 'SV':
      return String(view.getBigInt64(at, little));
    default: {
      const tag = tagName(view.getUint16(at, little) * 0x10000 + view.getUint16(at + 2, little));
      return `${tag.slice(0, 4)},${tag.slice(4)}`;
    }
  }
}
