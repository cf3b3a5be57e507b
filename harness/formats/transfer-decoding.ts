/** Undoes base64 and quoted-printable while octets stream by (RFC 2045 sections 6.7 and 6.8). */

export interface TransferDecoder {
  push(bytes: Buffer): Buffer;
  finish(): Buffer;
  /** What was met that the encoding does not allow. */
  stray: number;
}

/** A decoder for this Content-Transfer-Encoding; undefined where octets are sent as they are. */
export function transferDecoder(encoding: string | undefined): TransferDecoder | undefined {
  const name = encoding?.trim().toLowerCase();
  if (name === 'base64') return new Base64Decoder();
  if (name === 'quoted-printable') return new QuotedPrintableDecoder();
  return undefined;
}

const NOTHING = Buffer.alloc(0);

class Base64Decoder implements TransferDecoder {
  stray = 0;
  private carry = '';

  push(bytes: Buffer): Buffer {
    const text = this.carry + this.clean(bytes.toString('latin1'));
    const whole = text.length - (text.length % 4);
    this.carry = text.slice(whole);
    return Buffer.from(text.slice(0, whole), 'base64');
  }

  finish(): Buffer {
    const rest = Buffer.from(this.carry, 'base64');
    if (this.carry.length === 1) this.stray++;
    this.carry = '';
    return rest;
  }

  private clean(text: string): string {
    const bare = text.replace(/[\t\n\r =]+/g, '');
    const clean = bare.replace(/[^A-Za-z0-9+/]+/g, '');
    this.stray += bare.length - clean.length;
    return clean;
  }
}

class QuotedPrintableDecoder implements TransferDecoder {
  stray = 0;
  private carry = '';

  push(bytes: Buffer): Buffer {
    const text = this.carry + bytes.toString('latin1');
    // A “=” may still be followed by its digits or line end; so may white space, which is dropped before a line end.
    const hold = /(=[0-9A-Fa-f\r]?|=?[ \t\r]+)$/.exec(text.slice(-80));
    const whole = hold ? text.length - hold[0].length : text.length;
    this.carry = text.slice(whole);
    return this.decode(text.slice(0, whole));
  }

  finish(): Buffer {
    const rest = this.carry;
    this.carry = '';
    return rest === '' ? NOTHING : this.decode(rest);
  }

  private decode(text: string): Buffer {
    const lines = text.split('\n');
    const tail = lines.pop() ?? '';
    // White space at the end of a line was added on the way (RFC 2045 section 6.7, rule 3).
    const joined = lines.map((line) => (line.endsWith('\r') ? `${withoutSpace(line.slice(0, -1))}\r\n` : `${withoutSpace(line)}\n`)).join('').replace(/=\r?\n/g, '') + tail;
    const plain = joined.replace(/=([0-9A-Fa-f]{2})?/g, (whole, digits: string | undefined) => {
      if (digits) return String.fromCharCode(Number.parseInt(digits, 16));
      this.stray++;
      return whole;
    });
    return Buffer.from(plain, 'latin1');
  }
}

function withoutSpace(line: string): string {
  let end = line.length;
  while (end > 0 && (line.charCodeAt(end - 1) === 0x20 || line.charCodeAt(end - 1) === 0x09)) end--;
  return end === line.length ? line : line.slice(0, end);
}
