/** Whether text can be what its Specific Character Set says: PS3.3 C.12.1.1.2, PS3.5 6.1. */

/** The value representations that Specific Character Set governs: PS3.5 6.1.2.2. */
export const TEXT_VRS: ReadonlySet<string> = new Set(['SH', 'LO', 'ST', 'LT', 'PN', 'UC', 'UT']);

const ESCAPE = 0x1b;

/** A byte above 7FH, or an escape sequence. */
export const leavesDefaultRepertoire = (value: Uint8Array): boolean => value.some((byte) => byte > 0x7f || byte === ESCAPE);

/** Terms without code extensions whose bytes can be tested; single-byte sets leave 80H to 9FH unassigned. */
const decoders: Readonly<Record<string, string>> = { 'ISO_IR 192': 'utf-8', GB18030: 'gb18030', GBK: 'gbk' };
const singleByte = new Set([
  'ISO_IR 100',
  'ISO_IR 101',
  'ISO_IR 109',
  'ISO_IR 110',
  'ISO_IR 144',
  'ISO_IR 127',
  'ISO_IR 126',
  'ISO_IR 138',
  'ISO_IR 148',
  'ISO_IR 203',
  'ISO_IR 13',
  'ISO_IR 166',
]);

/** False only where the bytes cannot be text of that character set; code extensions (several terms, or ISO 2022) are taken on trust. */
export function decodesUnder(value: Uint8Array, charset: string): boolean {
  if (charset === '' || charset === 'ISO_IR 6') return false;
  const encoding = decoders[charset];
  if (encoding) {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(value);
      return true;
    } catch {
      return false;
    }
  }
  return !singleByte.has(charset) || !value.some((byte) => byte === ESCAPE || (byte >= 0x80 && byte <= 0x9f));
}
