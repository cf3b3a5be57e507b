/** Octets of a text value to text, under Specific Character Set (PS3.3 section C.12.1.1.2, PS3.5 chapter 6). */

/** WHATWG labels of the repertoires that need no code extensions. */
const REPERTOIRES: Record<string, string> = {
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Escape sequences (PS3.3 tables C.12-3 and C.12-4) and what decodes the octets behind them; `latin1` is ISO 646 or ISO 8859-1. */
const ESCAPES: Record<string, { label: string; before?: string; multi?: 'euc' | 'jis' }> = {
  '(B': { label: 'latin1' },
  '(J': { label: 'shift_jis' },
  ')I': { label: 'shift_jis' },
  '-A': { label: 'latin1' },
  '-B': { label: 'iso-8859-2' },
  '-C': { label: 'iso-8859-3' },
  '-D': { label: 'iso-8859-4' },
  '-F': { label: 'iso-8859-7' },
  '-G': { label: 'iso-8859-6' },
  '-H': { label: 'iso-8859-8' },
  '-L': { label: 'iso-8859-5' },
  '-M': { label: 'windows-1254' },
  '-b': { label: 'iso-8859-15' },
  '-T': { label: 'windows-874' },
  '$B': { label: 'euc-jp', multi: 'jis' },
  '$@': { label: 'euc-jp', multi: 'jis' },
  '$(D': { label: 'euc-jp', multi: 'jis', before: '\x8f' },
  '$)C': { label: 'euc-kr', multi: 'euc' },
  '$)A': { label: 'gbk', multi: 'euc' },
};

const decoders = new Map<string, TextDecoder>();

function decodeAs(bytes: Buffer, label: string): string {
  if (label === 'latin1') return bytes.toString('latin1');
  let decoder = decoders.get(label);
  if (!decoder) decoders.set(label, (decoder = new TextDecoder(label, { ignoreBOM: true })));
  return decoder.decode(bytes);
}

/** Decodes one value. `charsets` are the values of Specific Character Set; none means the default repertoire. */
export function decodeDicomText(bytes: Uint8Array, charsets: readonly string[]): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = (charsets[0] ?? '').trim().replace(/^ISO 2022 IR /, 'ISO_IR ');
  const initial = REPERTOIRES[first] ?? 'latin1';
  if (buffer.indexOf(0x1b) < 0 || initial === 'utf-8' || initial === 'gb18030') return decodeAs(buffer, initial);
  return decodeExtended(buffer, initial);
}

/** ISO 2022: each run behind an escape sequence has a repertoire of its own; delimiters and line ends go back to the first. */
function decodeExtended(buffer: Buffer, initial: string): string {
  const runs = buffer.toString('latin1').split('\x1b');
  let text = decodeAs(Buffer.from(runs[0] ?? '', 'latin1'), initial);
  for (const run of runs.slice(1)) {
    const key = [run.slice(0, 3), run.slice(0, 2)].find((candidate) => candidate in ESCAPES);
    const escape = key === undefined ? undefined : ESCAPES[key];
    if (key === undefined || !escape) {
      text += `\ufffd${decodeAs(Buffer.from(run, 'latin1'), initial)}`;
      continue;
    }
    const octets = run.slice(key.length);
    // A delimiter (^ = \) or control character ends the extension (PS3.5 section 6.1.2.5.3); within 94x94 sets these octets are halves of characters.
    const end = escape.multi === 'jis' ? -1 : octets.search(/[\^=\\\r\n\t\f]/);
    const inside = end < 0 ? octets : octets.slice(0, end);
    text += decodeRun(inside, escape);
    if (end >= 0) text += decodeAs(Buffer.from(octets.slice(end), 'latin1'), initial);
  }
  return text;
}

function decodeRun(octets: string, escape: { label: string; before?: string; multi?: 'euc' | 'jis' }): string {
  if (escape.multi !== 'jis') return decodeAs(Buffer.from(octets, 'latin1'), escape.label);
  // JIS X 0208 and 0212 are invoked in G0: with the high bits set they are EUC.
  let euc = '';
  for (let at = 0; at + 1 < octets.length; at += 2) {
    euc += (escape.before ?? '') + String.fromCharCode(octets.charCodeAt(at) | 0x80, octets.charCodeAt(at + 1) | 0x80);
  }
  return decodeAs(Buffer.from(euc, 'latin1'), escape.label);
}
