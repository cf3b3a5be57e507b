/** Readers against what others use: MTOM against draining and hashing a file, DICOM headers against dcmjs, XML against libxml2 and saxes. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { parseDicom } from '../../harness/formats/dicom.js';
import type { DicomDataset } from '../../harness/formats/model.js';
import { submissionView } from '../../harness/formats/ebrim.js';
import { soapView } from '../../harness/formats/soap.js';
import { parseXml } from '../../harness/formats/xml.js';
import { Views } from '../../harness/formats/viewer.js';
import { refOf, storeOf } from '../formats/support.js';
import type { Bench, BenchRow } from './main.js';

type Work = () => unknown;
const require = createRequire(import.meta.url);

/** Milliseconds of each work, run in turn so that the machine's moods meet all of them. */
async function inTurn(works: Work[], rounds: number): Promise<number[][]> {
  const times = works.map((): number[] => []);
  for (const work of works) await work();
  for (let round = 0; round < rounds; round++) {
    for (const [index, work] of works.entries()) {
      const start = process.hrtime.bigint();
      await work();
      times[index]?.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  return times.map((list) => list.sort((a, b) => a - b));
}

const median = (times: number[] | undefined): number => times?.[Math.floor(times.length / 2)] ?? NaN;

function row(work: string, peer: string, goal: number | undefined, ours: number[] | undefined, theirs: number[] | undefined, detail: string): BenchRow {
  const spread = `${ours?.[0]?.toFixed(1)}/${median(ours).toFixed(1)}/${ours?.at(-1)?.toFixed(1)} ms against ${theirs?.[0]?.toFixed(1)}/${median(theirs).toFixed(1)}/${theirs?.at(-1)?.toFixed(1)} ms`;
  return { work, peer, ratio: median(theirs) / median(ours), ...(goal !== undefined && { goal }), detail: `${spread}${detail}` };
}

async function mtom(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    const file = join(folder, 'message');
    const out = createWriteStream(file);
    const boundary = 'MIMEBoundary_0123456789abcdef0123456789abcdef';
    out.write(`POST /x HTTP/1.1\r\nContent-Type: multipart/related; boundary="${boundary}"; type="application/xop+xml"\r\n\r\n--${boundary}\r\n\r\n<a/>\r\n--${boundary}\r\nContent-ID: <d@x>\r\n\r\n`);
    const block = randomBytes(1 << 20);
    const blocks = 512;
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
    return [row('MTOM, 512 MiB from a file', 'drain + SHA-1', 0.85, our, their, `, at most ${Math.round(peak / 1e6)} MB resident`)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Manifests of the corpus, else one that is made here of nothing but its references. */
function manifests(): Buffer[] {
  const folder = ['../../../shared/corpus/dicom', '../../../../shared/corpus/dicom'].map((path) => join(import.meta.dirname, path)).find((path) => existsSync(path));
  return folder ? readdirSync(folder).map((name) => readFileSync(join(folder, name))) : [];
}

async function dicom(): Promise<BenchRow[]> {
  const files = manifests();
  if (files.length === 0) return [];
  const dcmjs = require('dcmjs') as { data: { DicomMessage: { readFile(bytes: ArrayBuffer): unknown } }; log: { setLevel(level: number): void; levels: { SILENT: number } } };
  dcmjs.log.setLevel(dcmjs.log.levels.SILENT);
  const copies = files.map((bytes) => new Uint8Array(bytes).buffer);
  const everyText = (dataset: DicomDataset): void => {
    for (const { tag, items } of dataset.elements) {
      if (items) items.forEach(everyText);
      else dataset.text(tag);
    }
  };
  const [their, our, texts] = await inTurn(
    [() => copies.forEach((bytes) => dcmjs.data.DicomMessage.readFile(bytes)), () => files.forEach((bytes) => parseDicom(bytes)), () => files.forEach((bytes) => everyText(parseDicom(bytes).dataset))],
    15,
  );
  return [row(`DICOM, ${files.length} manifests parsed`, 'dcmjs', 10, our, their, ''), row('… and every text decoded', 'dcmjs', 10, texts, their, '')];
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
    row('XML tree with octet positions', 'saxes (events only)', undefined, ours, saxes, size),
    row('XML tree with octet positions', 'libxml2 tree (libxmljs2)', undefined, ours, libxml2, size),
    row('submission read (XML, ebRIM)', 'libxml2 tree (libxmljs2)', undefined, whole, libxml2, size),
  ];
}

export const bench: Bench = { name: 'formats', run: async () => [...(await xml()), ...(await dicom()), ...(await mtom())] };
