import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, dicomHeaderLength, parseDicom } from '../../harness/formats/dicom.js';
import { dictionaryVr, keywordOf, tagOf } from '../../harness/formats/dicom-dictionary.js';
import type { DicomDataset, DicomElement, DicomObject, Problem } from '../../harness/formats/model.js';
import { bytesOf, randomOf } from './support.js';

const LONG = /^(OB|OD|OF|OL|OV|OW|SQ|SV|UC|UN|UR|UT|UV)$/;
/** An element in explicit VR little endian; `length` where it is to be another than that of the value. */
function element(tag: string, vr: string, value: string | Uint8Array, length?: number): Buffer {
  const bytes = bytesOf(value);
  const head = Buffer.alloc(LONG.test(vr) ? 12 : 8);
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  head.write(vr, 4, 'latin1');
  if (head.length === 12) head.writeUInt32LE(length ?? bytes.length, 8);
  else head.writeUInt16LE(length ?? bytes.length, 6);
  return bytesOf(head, bytes);
}
const mark = (tag: number, length: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(0xfffe, 0);
  bytes.writeUInt16LE(tag, 2);
  bytes.writeUInt32LE(length, 4);
  return bytes;
};
const UNDEFINED = 0xffffffff;
const item = (...content: Uint8Array[]): Buffer => bytesOf(mark(0xe000, UNDEFINED), ...content, mark(0xe00d, 0));
const sized = (...content: Uint8Array[]): Buffer => bytesOf(mark(0xe000, bytesOf(...content).length), ...content);
const sequence = (tag: string, ...items: Uint8Array[]): Buffer => element(tag, 'SQ', bytesOf(...items, mark(0xe0dd, 0)), UNDEFINED);
const file = (transferSyntax: string, dataset: Uint8Array): Buffer =>
  bytesOf(Buffer.alloc(128), 'DICM', element('00020010', 'UI', transferSyntax + '\0'.repeat(transferSyntax.length % 2)), dataset);
const codes = (problems: Problem[]): string[] => problems.map((problem) => problem.code);
const flat = (dataset: DicomDataset): DicomElement[] => dataset.elements.flatMap((e) => [e, ...(e.items ?? []).flatMap(flat)]);
const dataset = bytesOf(
  element('00080005', 'CS', 'ISO_IR 100'),
  element('00080016', 'UI', '1.2\0'),
  element('00100010', 'PN', Buffer.from('M\u00fcller', 'latin1')),
  sequence('0040A375', item(element('00081115', 'SQ', bytesOf(sized(element('0020000E', 'UI', '1.4\0')), sized())), element('0020000D', 'UI', '1.2.3\0'))),
);

describe('DICOM reader', () => {
  it('gives paths, places, text and nested items', () => {
    const bytes = file(EXPLICIT_LITTLE, dataset);
    const object = parseDicom(bytes, { base: 1000 });
    expect(object.problems).to.deep.equal([]);
    expect(object).to.include({ part10: true, transferSyntax: EXPLICIT_LITTLE, base: 1000, byteLength: bytes.length });
    expect(flat(object.dataset).map((e) => e.path)).to.deep.equal([
      '(0008,0005)',
      '(0008,0016)',
      '(0010,0010)',
      '(0040,A375)',
      '(0040,A375)[1].(0008,1115)',
      '(0040,A375)[1].(0008,1115)[1].(0020,000E)',
      '(0040,A375)[1].(0020,000D)',
    ]);
    expect(object.dataset.text('00100010')).to.equal('Müller');
    expect(object.dataset.items('0040A375')[0]?.items('00081115')[0]?.text('0020000E')).to.equal('1.4');
    expect(object.dataset.items('0040A375')[0]?.items('00081115')[1]?.elements).to.deep.equal([]);
    expect(object.dataset.text('00100020')).to.equal(undefined);
    expect(object.dataset.items('00100020')).to.deep.equal([]);
    for (const e of flat(object.dataset)) expect(bytes.readUInt16LE(e.offset + 2).toString(16).toUpperCase().padStart(4, '0')).to.equal(e.tag.slice(4));
    const [first] = object.dataset.elements;
    expect(bytes.subarray(first?.valueOffset, (first?.valueOffset ?? 0) + (first?.length ?? 0)).toString()).to.equal('ISO_IR 100');
  });

  it('reads a data set alone', () => {
    expect(parseDicom(dataset, { transferSyntax: EXPLICIT_LITTLE }).dataset.text('00080016')).to.equal('1.2');
    const loose = parseDicom(dataset);
    expect(codes(loose.problems)[0]).to.equal('dicom-not-part10');
    expect(loose.dataset.text('00080016')).to.equal('1.2');
    for (const junk of ['', 'hello', '<a/>'.repeat(100), Buffer.alloc(1000)]) expect(parseDicom(bytesOf(junk)).dataset.elements).to.deep.equal([]);
  });

  it('gives binary numbers as decimal text', () => {
    const object = parseDicom(
      bytesOf(element('00280010', 'US', Buffer.from([1, 2, 3, 0])), element('00280009', 'AT', Buffer.from([0x18, 0, 0x63, 0x10])), element('00189087', 'FD', Buffer.from(new Float64Array([1.5]).buffer)), element('0040DB73', 'UL', Buffer.from([1, 0, 0, 0, 2, 0, 0, 0]))),
      { transferSyntax: EXPLICIT_LITTLE },
    );
    expect(['00280010', '00280009', '00189087', '0040DB73'].map((tag) => object.dataset.text(tag))).to.deep.equal(['513\\3', '0018,1063', '1.5', '1\\2']);
  });

  it('decodes text under Specific Character Set', () => {
    const cases: [string, Uint8Array, string][] = [
      ['', bytesOf('Doe^Jane'), 'Doe^Jane'],
      ['ISO_IR 100', Buffer.from('caf\u00e9', 'latin1'), 'café'],
      ['ISO_IR 101', Buffer.from([0xa3]), 'Ł'],
      ['ISO_IR 126', Buffer.from([0xc4, 0xe9]), 'Δι'],
      ['ISO_IR 144', Buffer.from([0xbb, 0xee]), 'Лю'],
      ['ISO_IR 138', Buffer.from([0xf9]), 'ש'],
      ['ISO_IR 127', Buffer.from([0xe2]), 'ق'],
      ['ISO_IR 148', Buffer.from([0xd0]), 'Ğ'],
      ['ISO_IR 166', Buffer.from([0xa1]), 'ก'],
      ['ISO_IR 13', Buffer.from([0xd4, 0xcf, 0xc0, 0xde]), 'ﾔﾏﾀﾞ'],
      ['ISO_IR 192', bytesOf('Wang^XiaoDong=王^小東='), 'Wang^XiaoDong=王^小東='],
      ['GB18030', Buffer.from([0xcd, 0xf5]), '王'],
      // PS3.5 annexes H and I: the examples' octets.
      ['\\ISO 2022 IR 87', bytesOf('Yamada^Tarou=', Buffer.from([0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42]), '^', Buffer.from([0x1b, 0x24, 0x42, 0x42, 0x40, 0x4f, 0x3a, 0x1b, 0x28, 0x42])), 'Yamada^Tarou=山田^太郎'],
      ['\\ISO 2022 IR 149', bytesOf('Hong^Gildong=', Buffer.from([0x1b, 0x24, 0x29, 0x43, 0xfb, 0xf3]), '^', Buffer.from([0x1b, 0x24, 0x29, 0x43, 0xd1, 0xce, 0xd4, 0xd7])), 'Hong^Gildong=洪^吉洞'],
      ['ISO 2022 IR 100\\ISO 2022 IR 144', bytesOf(Buffer.from('\u00e9 \x1b-L', 'latin1'), Buffer.from([0xbb])), 'é Л'],
    ];
    for (const [charset, octets, expected] of cases) {
      const even = octets.length % 2 ? bytesOf(octets, ' ') : octets;
      const object = parseDicom(bytesOf(element('00080005', 'CS', charset.padEnd(charset.length + (charset.length % 2))), element('00100010', 'PN', even)), { transferSyntax: EXPLICIT_LITTLE });
      expect(object.dataset.text('00100010'), charset).to.equal(expected);
    }
    const inherited = parseDicom(bytesOf(element('00080005', 'CS', 'ISO_IR 192'), sequence('0040A730', item(element('00080104', 'LO', 'Größe')), item(element('00080005', 'CS', 'ISO_IR 100'), element('00080104', 'LO', Buffer.from('\u00e9 ', 'latin1'))))), { transferSyntax: EXPLICIT_LITTLE });
    expect(inherited.dataset.items('0040A730').map((entry) => entry.text('00080104'))).to.deep.equal(['Größe', 'é']);
  });

  it('says what is wrong, and gives what stands before it', () => {
    const ok = element('00080016', 'UI', '1.2\0');
    const cases: [Uint8Array, string[]][] = [
      [element('00080016', 'UI', '1.2'), ['dicom-odd-length']],
      [bytesOf(ok, element('00080018', 'UI', '1.2\0', 200)), ['dicom-truncated']],
      [bytesOf(ok, Buffer.from([8, 0, 0x18])), ['dicom-truncated']],
      [bytesOf(ok, element('00080018', '??', '1.2\0')), ['dicom-bad-vr']],
      [bytesOf(ok, Buffer.from('080018005a5a000000000000', 'hex')), ['dicom-unknown-vr']],
      [bytesOf(ok, ok), ['dicom-tag-order']],
      [bytesOf(ok, mark(0xe00d, 0)), ['dicom-misplaced-delimiter']],
      [bytesOf(ok, element('00081140', 'SQ', item(ok), UNDEFINED)), ['dicom-sequence-not-closed']],
      [bytesOf(ok, element('00081140', 'SQ', bytesOf(mark(0xe000, UNDEFINED), ok), UNDEFINED)), ['dicom-item-not-closed', 'dicom-sequence-not-closed']],
      [bytesOf(ok, element('00081140', 'SQ', ok, UNDEFINED)), ['dicom-no-item']],
      [bytesOf(ok, sequence('00081140', bytesOf(mark(0xe000, 100), ok))), ['dicom-truncated', 'dicom-misplaced-delimiter']],
      [bytesOf(ok, element('00081140', 'LO', item(ok), UNDEFINED & 0xffff)), ['dicom-odd-length', 'dicom-truncated']],
      [bytesOf(ok, element('7FE00010', 'OB', bytesOf(mark(0xe000, 0), mark(0xe000, 50), 'abcd'), UNDEFINED)), ['dicom-truncated']],
      [bytesOf(ok, element('7FE00010', 'OB', bytesOf(mark(0xe000, 0), mark(0xe000, 4), 'abcd'), UNDEFINED)), ['dicom-sequence-not-closed']],
      [bytesOf(ok, element('7FE00010', 'OB', 'abcdefgh', UNDEFINED)), ['dicom-bad-fragment']],
      [bytesOf(ok, Buffer.concat(Array.from({ length: 200 }, () => bytesOf(element('00081140', 'SQ', '', UNDEFINED), mark(0xe000, UNDEFINED))))), ['dicom-too-deep']],
    ];
    for (const [bytes, expected] of cases) {
      const object = parseDicom(bytes, { transferSyntax: EXPLICIT_LITTLE });
      expect(codes(object.problems).slice(0, 2)).to.deep.equal(expected);
      expect(object.dataset.text('00080016')).to.equal('1.2');
      for (const { offset, length } of object.problems) expect(offset >= 0 && offset + length <= bytes.length, `${offset} ${length} ${bytes.length}`).to.equal(true);
    }
    expect(codes(parseDicom(bytesOf(Buffer.alloc(128), 'DICM', dataset)).problems)[0]).to.equal('dicom-no-transfer-syntax');
  });

  it('reads deflated data sets, broken ones as far as they go', () => {
    const deflated = deflateRawSync(dataset);
    const object = parseDicom(file(DEFLATED, deflated), { base: 5 });
    expect(object.dataset.text('00080016')).to.equal('1.2');
    expect(object.base).to.equal(undefined);
    expect(parseDicom(file(DEFLATED, deflated.subarray(0, -20))).problems).not.to.deep.equal([]);
    expect(codes(parseDicom(file(DEFLATED, Buffer.from('garbage!'))).problems)).to.include('dicom-deflate');
    const bomb = deflateRawSync(Buffer.alloc(100 * 1024 * 1024));
    expect(codes(parseDicom(file(DEFLATED, bomb)).problems)).to.include('dicom-deflate');
  });

  it('gives large values by position only, and finds where the header ends', () => {
    const pixels = Buffer.alloc(2 * 1024 * 1024);
    const bytes = file(EXPLICIT_LITTLE, bytesOf(element('00080016', 'UI', '1.2\0'), element('7FE00010', 'OW', pixels)));
    const read = parseDicom(bytes).dataset.get('7FE00010');
    expect(read).to.include({ length: pixels.length, value: undefined });
    const head = bytes.subarray(0, 1000);
    expect(dicomHeaderLength(head)).to.equal(read?.valueOffset);
    const cut = parseDicom(head, { total: bytes.length });
    expect(cut.problems).to.deep.equal([]);
    expect(cut.byteLength).to.equal(bytes.length);
    expect(cut.dataset.get('7FE00010')).to.include({ length: pixels.length, value: undefined });
    expect(codes(parseDicom(head).problems)).to.deep.equal(['dicom-truncated']);
  });

  it('never throws on mutated or truncated objects, and keeps to the octets', () => {
    const random = randomOf(12);
    const seeds = [file(EXPLICIT_LITTLE, dataset), file(IMPLICIT_LITTLE, dataset), file(EXPLICIT_BIG, dataset), file('1.2.840.10008.1.2.4.50', bytesOf(dataset, element('7FE00010', 'OB', bytesOf(mark(0xe000, 0), mark(0xe000, 4), 'abcd', mark(0xe0dd, 0)), UNDEFINED)))];
    for (let round = 0; round < 6000; round++) {
      const bytes = Buffer.from(seeds[round % 4] ?? '');
      for (let edits = Math.floor(random() * 5); edits > 0; edits--) bytes[132 + Math.floor(random() * (bytes.length - 132))] = random() < 0.3 ? 255 : Math.floor(random() * 256);
      const cut = random() < 0.5 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
      const object = parseDicom(cut);
      for (const e of [...flat(object.meta), ...flat(object.dataset)]) {
        expect(e.offset >= 0 && e.offset < e.valueOffset && e.valueOffset <= cut.length, e.path).to.equal(true);
        object.dataset.text(e.tag);
      }
      for (const { offset, length } of object.problems) expect(offset >= 0 && length >= 0 && offset + length <= cut.length, `${offset}+${length} of ${cut.length}`).to.equal(true);
    }
  });

  describe('beside dcmdump', () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-dicom-'));
    after(() => rmSync(folder, { recursive: true }));
    before(function () {
      if (['dump2dcm', 'dcmconv', 'dcmdump', 'dcmcrle'].some((tool) => spawnSync(tool, ['--version']).error)) this.skip();
      const pixels = Array.from({ length: 256 }, (_, i) => (i % 7).toString(16).padStart(2, '0')).join('\\');
      const text = [
        '(0008,0005) CS [ISO_IR 192]',
        '(0008,0008) CS [DERIVED\\SECONDARY]',
        '(0008,0016) UI =SecondaryCaptureImageStorage',
        '(0008,0018) UI [1.2.3.4.5]',
        '(0008,1140) SQ',
        ' (fffe,e000) -',
        '  (0008,1150) UI =CTImageStorage',
        '  (0040,a730) SQ',
        '   (fffe,e000) -',
        '    (0040,a040) CS [TEXT]',
        '   (fffe,e00d) -',
        '  (fffe,e0dd) -',
        ' (fffe,e00d) -',
        ' (fffe,e000) -',
        ' (fffe,e00d) -',
        '(fffe,e0dd) -',
        '(0009,0010) LO [PRIV]',
        '(0009,1001) UN 01\\02\\03\\04',
        '(0010,0010) PN [Müller^Änne]',
        '(0018,9087) FD 1.5',
        '(0020,000d) UI [1.2.3]',
        '(0020,000e) UI [1.2.3.4]',
        '(0028,0002) US 1',
        '(0028,0004) CS [MONOCHROME2]',
        '(0028,0009) AT (0018,1063)',
        '(0028,0010) US 16',
        '(0028,0011) US 16',
        '(0028,0100) US 8',
        '(0028,0101) US 8',
        '(0028,0102) US 7',
        '(0028,0103) US 0',
        '(0040,a730) SQ',
        '(fffe,e0dd) -',
        '(6000,0010) US 16',
        `(7fe0,0010) OB ${pixels}`,
      ].join('\n');
      writeFileSync(join(folder, 'in.txt'), text);
      spawnSync('dump2dcm', ['in.txt', 'in.dcm'], { cwd: folder });
      for (const syntax of ['+ti', '+te', '+tb', '+td']) {
        for (const lengths of ['+e', '-e']) spawnSync('dcmconv', [syntax, lengths, 'in.dcm', `out${syntax}${lengths}.dcm`], { cwd: folder });
      }
      spawnSync('dcmcrle', ['in.dcm', 'rle.dcm'], { cwd: folder });
    });

    /** `tag VR length` of each element as dcmdump has it, delimiters left out. */
    function theirs(path: string): string[] {
      const dump = spawnSync('dcmdump', ['-q', '+L', '-Un', '+E', path], { maxBuffer: 1 << 28 }).stdout.toString('latin1');
      return [...dump.matchAll(/^ *\((?!fffe)([0-9a-f]{4}),([0-9a-f]{4})\) (\S\S) .*# *(\d+|u\/l), *\d+/gm)].map(([, group, number, vr, length]) => `${group}${number}`.toUpperCase() + ` ${vr} ${length}`);
    }
    const ours = (object: DicomObject): string[] => [...flat(object.meta), ...flat(object.dataset)].map((e) => `${e.tag} ${e.vr} ${e.length === UNDEFINED ? 'u/l' : e.length}`);
    // Pixel data in implicit VR is OW by the standard; dcmdump says so where it can tell.
    const same = (list: string[]): string[] => list.map((line) => line.replace(/^7FE00010 (OB|OW|ox|px)/, '7FE00010 OW').replace(/^(\w{8}) \?\?/, '$1 UN'));

    it('agrees on every element, in every encoding', () => {
      const names = readdirSync(folder).filter((entry) => entry.endsWith('.dcm'));
      expect(names).to.have.length(10);
      for (const name of names) {
        const object = parseDicom(readFileSync(join(folder, name)));
        expect(object.problems, name).to.deep.equal([]);
        expect(same(ours(object)), name).to.deep.equal(same(theirs(join(folder, name))));
        expect(object.dataset.text('00100010'), name).to.equal('Müller^Änne');
        expect(object.dataset.text('00280010'), name).to.equal('16');
        expect(object.dataset.text('00280009'), name).to.equal('0018,1063');
        expect(object.dataset.get('7FE00010')?.fragments?.length, name).to.equal(name === 'rle.dcm' ? 1 : undefined);
      }
    });

    it('agrees on real manifests', function () {
      const corpus = ['../../../shared/corpus/dicom', '../../../../shared/corpus/dicom'].map((path) => join(import.meta.dirname, path)).find((path) => existsSync(path));
      if (!corpus) return this.skip();
      for (const name of readdirSync(corpus)) expect(same(ours(parseDicom(readFileSync(join(corpus, name))))), name).to.deep.equal(same(theirs(join(corpus, name))));
    });
  });
});

describe('data dictionary', () => {
  it('knows VRs and keywords, repeating groups and private creators', () => {
    expect(keywordOf('0040A375')).to.equal('CurrentRequestedProcedureEvidenceSequence');
    expect(tagOf('RetrieveLocationUID')).to.equal('0040E011');
    expect(dictionaryVr(0x60020010)).to.equal('US');
    expect([0x00090010, 0x00091001, 0x00090000, 0x00089999].map(dictionaryVr)).to.deep.equal(['LO', 'UN', 'UL', 'UN']);
    expect(keywordOf('00099999')).to.equal(undefined);
  });
});
