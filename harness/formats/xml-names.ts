/** Characters of XML names and character references (XML 1.0, fifth edition, productions 2, 4 and 4a). */

const START = 1;
const NAME = 2;
const classes = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (/[A-Za-z_:]/.test(char)) classes[code] = START | NAME;
  else if (/[0-9.-]/.test(char)) classes[code] = NAME;
}

/** Whether a name may begin with this UTF-16 unit; surrogates stand for the supplementary planes. */
export function isNameStart(unit: number): boolean {
  if (unit < 128) return ((classes[unit] ?? 0) & START) !== 0;
  return (
    (unit >= 0xc0 && unit <= 0x2ff && unit !== 0xd7 && unit !== 0xf7) ||
    (unit >= 0x370 && unit <= 0x1fff && unit !== 0x37e) ||
    unit === 0x200c ||
    unit === 0x200d ||
    (unit >= 0x2070 && unit <= 0x218f) ||
    (unit >= 0x2c00 && unit <= 0x2fef) ||
    (unit >= 0x3001 && unit <= 0xdfff) ||
    (unit >= 0xf900 && unit <= 0xfdcf) ||
    (unit >= 0xfdf0 && unit <= 0xfffd)
  );
}

/** Whether a name may go on with this UTF-16 unit. */
export function isNameChar(unit: number): boolean {
  if (unit < 128) return (classes[unit] ?? 0) !== 0;
  return isNameStart(unit) || unit === 0xb7 || (unit >= 0x300 && unit <= 0x36f) || unit === 0x203f || unit === 0x2040;
}

/** Whether a character reference may name this code point. */
export const isXmlChar = (code: number): boolean =>
  code === 9 || code === 10 || code === 13 || (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);

/** End of the run of name characters from `at`. */
export function nameEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isNameChar(text.charCodeAt(end))) end++;
  return end;
}

/** First place from `at` that is no white space. */
export function skipSpace(text: string, at: number): number {
  let end = at;
  for (; end < text.length; end++) {
    const unit = text.charCodeAt(end);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) break;
  }
  return end;
}

/** Thrown inside the XML reader alone, caught by it: the problem that ends the tree. */
export class NotWellFormed extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly index: number,
    readonly endIndex: number = index + 1,
  ) {
    super(message);
  }
}

const predefined: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Replaces the five predefined entities and character references: the only ones there are without a DTD. `base` is where `raw` begins in the text;
 * `normal` is applied to what lies between references, as white space that a reference stands for stays what it is (XML 1.0 section 3.3.3).
 */
export function expandReferences(raw: string, base: number, normal: (text: string) => string): string {
  let out = '';
  let from = 0;
  for (let amp = raw.indexOf('&'); amp >= 0; amp = raw.indexOf('&', from)) {
    const semicolon = raw.indexOf(';', amp);
    const name = semicolon < 0 ? '' : raw.slice(amp + 1, semicolon);
    const end = semicolon < 0 ? amp + 1 : semicolon + 1;
    const char = predefined[name] ?? characterReference(name, base + amp, base + end);
    if (char === undefined) {
      if (!/^[^\s&;<>"'#]{1,60}$/.test(name)) throw new NotWellFormed('xml-bad-reference', 'An ampersand that begins no reference; it is written &amp;.', base + amp);
      throw new NotWellFormed('xml-undefined-entity', `Entity &${name}; is not defined.`, base + amp, base + end);
    }
    out += normal(raw.slice(from, amp)) + char;
    from = end;
  }
  return out + normal(raw.slice(from));
}

function characterReference(name: string, start: number, end: number): string | undefined {
  if (!name.startsWith('#')) return undefined;
  const code = /^#x[0-9A-Fa-f]{1,8}$/.test(name) ? Number.parseInt(name.slice(2), 16) : /^#[0-9]{1,8}$/.test(name) ? Number.parseInt(name.slice(1), 10) : -1;
  if (!isXmlChar(code)) throw new NotWellFormed('xml-bad-character-reference', `&${name.slice(0, 20)}; names no character that XML allows.`, start, end);
  return String.fromCodePoint(code);
}
