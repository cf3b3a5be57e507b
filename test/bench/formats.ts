/** Readers against what others use: MTOM against draining and hashing a file, XML against libxml2 and saxes. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { submissionView } from '../../harness/formats/ebrim.js';
import { soapView } from '../../harness/formats/soap.js';
import { parseXml } from '../../harness/formats/xml.js';
import { Views } from '../../harness/formats/viewer.js';
import { refOf, storeOf } from '../formats/support.js';
import { inTurn, row } from './in-turn.js';
import type { Bench, BenchRow } from './main.js';

const require = createRequire(import.meta.url);

async function mtom(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    const file = join(folder, 'message');
    const out = createWriteStream(file);
    const boundary = 'MIMEBoundary_0123456789abcdef0123456789abcdef';
    out.write(`POST /x HTTP/1.1\r\nContent-Type: multipart/related; boundary="${boundary}"; type="application/xop+xml"\r\n\r\n--${boundary}\r\n\r\n<a/>\r\n--${boundary}\r\nContent-ID: <d@x>\r\n\r\n`);
    const block = randomBytes(1 << 20);
    const blocks = 100;
    for (let i = 0; i < blocks; i++) if (!out.write(block)) await new Promise<void>((resolve) => out.once('drain', resolve));
    await new Promise<void>((resolve) => out.end(`\r\n--${boundary}--\r\n`, () => resolve()));
    const size = statSync(file).size;
    const open = (): AsyncIterable<Uint8Array> => createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
    let peak = 0;
    const drain = async (): Promise<string> => {
      const hash = createHash('sha1');
      for await (const chunk of open()) hash.update(chunk);
      return hash.digest('hex');
    };
    const ours = async (): Promise<void> => {
      const ref = { sha256: '', size };
      const message = await soapView.parse(open(), ref, { view: () => Promise.resolve(undefined) });
      if (message?.mime?.parts[1]?.size !== blocks * block.length) throw new Error('the part was not read whole');
      peak = Math.max(peak, process.memoryUsage().rss);
    };
    const [their, our] = await inTurn([drain, ours], 7);
    return [row('MTOM, 100 MiB read from a file', 'drain + SHA-1', 0.85, our, their, 1, `, at most ${Math.round(peak / 1e6)} MB resident`)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function xml(): Promise<BenchRow[]> {
  const entry = `<rim:ExtrinsicObject id="Document01" mimeType="application/dicom" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">${'<rim:Slot name="creationTime"><rim:ValueList><rim:Value>20161031091205 &amp; so on</rim:Value></rim:ValueList></rim:Slot>\n'.repeat(20)}</rim:ExtrinsicObject>`;
  const text = `<l:SubmitObjectsRequest xmlns:l="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"><r:RegistryObjectList xmlns:r="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">${entry.repeat(400)}</r:RegistryObjectList></l:SubmitObjectsRequest>`;
  const bytes = Buffer.from(text);
  const libxml = require('libxmljs2') as { parseXml(text: string): unknown };
  const sax = (): void => {
    const parser = new SaxesParser({ xmlns: true });
    let elements = 0;
    parser.on('opentag', () => elements++);
    parser.write(bytes.toString('utf8')).close();
  };
  const view = (): Promise<unknown> => new Views(storeOf([bytes])).view(refOf(bytes), submissionView);
  const [saxes, libxml2, ours, whole] = await inTurn([sax, () => libxml.parseXml(text), () => parseXml(bytes), view], 9);
  const size = `, ${(bytes.length / 1e6).toFixed(1)} MB`;
  return [
    row('XML tree with octet positions', 'saxes (events only)', undefined, ours, saxes, 1, size),
    row('XML tree with octet positions', 'libxml2 tree (libxmljs2)', undefined, ours, libxml2, 1, size),
    row('submission read (XML, ebRIM)', 'libxml2 tree (libxmljs2)', undefined, whole, libxml2, 1, size),
  ];
}

export const bench: Bench = { name: 'formats', run: async () => [...(await xml()), ...(await mtom())] };
