import { expect } from 'chai';
import { createHash } from 'node:crypto';
import type { MimeBody, Problem, SoapMessage } from '../../harness/formats/model.js';
import { MultipartSplitter } from '../../harness/formats/mime.js';
import { contiguousBase, partOctets, placeInPart, soapView } from '../../harness/formats/soap.js';
import { bytesOf, chunked, mustView, randomOf, refOf, storeOf } from './support.js';

const codes = (problems: Problem[] | undefined): string[] => (problems ?? []).map((problem) => problem.code);
const texts = (body: MimeBody): string[] => body.parts.map((part) => Buffer.from(part.bytes ?? []).toString('latin1'));

function split(text: string | Uint8Array, boundary = 'b', size = 65536): MimeBody {
  const bytes = bytesOf(text);
  const splitter = new MultipartSplitter({ boundary, toBlob: (offset) => offset });
  for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size));
  return splitter.finish();
}
const message = (body: string | Uint8Array, contentType = 'multipart/related; boundary=b'): Promise<SoapMessage> =>
  mustView(bytesOf(`POST / HTTP/1.1\r\nContent-Type: ${contentType}\r\n\r\n`, body), soapView);

describe('multipart splitter', () => {
  it('takes delimiters only at the beginning of a line, and boundaries that begin alike for what they are', () => {
    const read = split('--b\r\n\r\nx--b\r\n--bb\r\n--b--x\r\n --b\r\n--b \t\r\n\r\n--b\r\r\n--b--  ');
    expect(texts(read)).to.deep.equal(['x--b\r\n--bb\r\n--b--x\r\n --b', '--b\r']);
    expect(codes(read.problems)).to.deep.equal([]);
    expect(read.closed).to.equal(true);
    expect(read.parts[0]?.offset).to.equal(7);
  });

  it('tells what lacks at the end apart', () => {
    const open = split('--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b\r\n');
    expect(texts(open)).to.deep.equal(['one', 'two']);
    expect([open.closed, open.parts[1]?.complete, codes(open.problems)]).to.deep.equal([false, true, ['mime-not-closed']]);
    const bare = split('--b\r\n\r\none\r\n--b');
    expect([bare.closed, bare.parts[0]?.complete, codes(bare.problems)]).to.deep.equal([false, true, ['mime-not-closed']]);
    const cut = split('--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--');
    expect(texts(cut)).to.deep.equal(['one', 'two\r\n--']);
    expect([cut.closed, cut.parts[1]?.complete, codes(cut.problems)]).to.deep.equal([false, false, ['mime-part-cut-off']]);
    expect(codes(split('--b\r\nA: b').problems)).to.deep.equal(['mime-header-without-blank-line', 'mime-part-cut-off']);
    expect(codes(split('nothing here').problems)).to.deep.equal(['mime-no-delimiter']);
    expect(codes(split('').problems)).to.deep.equal(['mime-no-delimiter']);
  });

  it('steps over LF alone, missing empty lines and headers', () => {
    const lf = split('--b\nA: b\n\none\n--b\n\ntwo\n--b--\n');
    expect(texts(lf)).to.deep.equal(['one', 'two']);
    expect(codes(lf.problems)).to.deep.equal(['mime-bare-lf']);
    const header = split('--b\r\nContent-ID: <a>\r\n<a xmlns:x="y"/>\r\n--b\r\nContent-ID: <c>\r\n--b--');
    expect(texts(header)).to.deep.equal(['<a xmlns:x="y"/>', '']);
    expect(codes(header.problems)).to.deep.equal(['mime-header-without-blank-line', 'mime-header-without-blank-line']);
    expect(header.parts.map((part) => part.contentId)).to.deep.equal(['<a>', '<c>']);
    expect(texts(split('--b\r\n\r\n\r\n--b--'))).to.deep.equal(['']);
    expect(split('--b--').parts).to.deep.equal([]);
  });

  it('gives the same whatever pieces come in', () => {
    const random = randomOf(4);
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(Array.from({ length: 400 }, () => '\r\n-b:A x'.charCodeAt(Math.floor(random() * 8))));
      for (let i = 0; i < 12; i++) bytes.write(['\r\n--b\r\n', '\r\n\r\n', '--b--', '\n--b\n', 'A: b\r\n\r\n'][i % 5] ?? '', Math.floor(random() * 390), 'latin1');
      const whole = split(bytes);
      expect(split(bytes, 'b', 1 + Math.floor(random() * 40))).to.deep.equal(whole);
      for (const part of whole.parts) expect(createHash('sha1').update(part.bytes ?? '').digest('hex')).to.equal(part.sha1);
    }
  });

  it('gives the same for large pieces, wherever delimiters fall', () => {
    const filler = Buffer.alloc(40_000, 'x\r\n-');
    for (let shift = 0; shift < 60; shift++) {
      const bytes = bytesOf('--bound\r\n\r\n', filler, Buffer.alloc(shift, 'y'), '\r\n--bound\r\n\r\n', filler, '\r\n--bound--\r\n');
      const splitter = split(bytes, 'bound', 20_000 + 31);
      expect(splitter.parts.map((part) => part.size)).to.deep.equal([40_000 + shift, 40_000]);
    }
  });

  it('lists duplicates, decodes transfer encodings, and says what these do not allow', () => {
    const read = split(
      '--b\r\nContent-ID: <a>\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=C3=A9 =\r\nx  \r\ny=zz\r\n--b\r\nContent-ID: <a>\r\ncontent-transfer-encoding: BASE64\r\n\r\naGV*sbG8\r\n--b--',
    );
    expect(texts(read)).to.deep.equal([Buffer.from('café x\r\ny=zz').toString('latin1'), 'hello']);
    expect(codes(read.problems)).to.deep.equal(['mime-transfer-encoding', 'mime-transfer-encoding']);
    expect(read.parts.filter((part) => part.contentId === '<a>')).to.have.length(2);
    expect(read.parts[1]).to.include({ size: 8, decodedSize: 5 });
  });

  it('caps header sections and the number of parts', () => {
    const long = split(`--b\r\n${'A: b\r\n'.repeat(100_000)}\r\nx\r\n--b--`);
    expect(codes(long.problems)).to.include('mime-header-without-blank-line');
    const many = split('--b\r\n\r\nx\r\n'.repeat(30_000) + '--b--');
    expect(many.parts).to.have.length(20_000);
    expect(codes(many.problems)).to.include('mime-too-many-parts');
  });
});

describe('multipart messages', () => {
  it('find the envelope by start, else take the first part', async () => {
    const body = '--b\r\nContent-ID: <1>\r\n\r\n<one/>\r\n--b\r\nContent-ID: <2>\r\n\r\n<two/>\r\n--b--';
    expect((await message(body)).payload?.local).to.equal('one');
    expect((await message(body, 'multipart/related; boundary=b; start="<2>"')).payload?.local).to.equal('two');
    const lost = await message(body, 'multipart/related; boundary=b; start="<3>"');
    expect(lost.rootPart?.index).to.equal(0);
    expect(codes(lost.mime?.problems)).to.deep.equal(['mime-start-unresolved']);
  });

  it('do without a boundary or a media type that says so', async () => {
    const body = '--b\r\nContent-ID: <1>\r\n\r\n<one/>\r\n--b--';
    expect(codes((await message(body, 'multipart/related')).problems)).to.deep.equal(['mime-no-boundary']);
    const undeclared = await message(body, 'application/soap+xml');
    expect([undeclared.packaging, codes(undeclared.problems), undeclared.payload?.local]).to.deep.equal(['mtom', ['mime-not-declared'], 'one']);
    const headed = await mustView(Buffer.from(`MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n${body}`), soapView);
    expect([headed.packaging, headed.payload?.local, headed.http]).to.deep.equal(['mtom', 'one', undefined]);
  });

  it('resolve includes to exactly one part', async () => {
    const include = '<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="HREF"/>';
    const part = (id: string): string => `\r\n--b\r\nContent-ID: ${id}\r\n\r\nx`;
    const resolved = async (href: string, ...ids: string[]): Promise<number | undefined> => {
      const read = await message(`--b\r\n\r\n${include.replace('HREF', href)}${ids.map(part).join('')}\r\n--b--`);
      return read.payload && read.included(read.payload)?.index;
    };
    expect(await resolved('cid:a@b', '<c>', '<a@b>')).to.equal(2);
    expect(await resolved('cid:a%40b', 'a@b')).to.equal(1);
    expect(await resolved('cid:%zz', '<%zz>')).to.equal(1);
    expect(await resolved('cid:a', '<a>', '<a>')).to.equal(undefined);
    expect(await resolved('a', '<a>')).to.equal(undefined);
    expect(await resolved('cid:b', '<a>')).to.equal(undefined);
  });

  it('give places and octets of parts through chunks', async () => {
    const content = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7) % 256));
    const body = bytesOf('--b\r\n\r\n<a/>\r\n--b\r\n\r\n', content, '\r\n--b--');
    for (const [bytes, contiguous] of [
      [bytesOf('POST / HTTP/1.1\r\nContent-Type: multipart/related; boundary=b\r\n\r\n', body), true],
      [bytesOf('POST / HTTP/1.1\r\nContent-Type: multipart/related; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n', chunked(body, [100, 33])), false],
    ] as const) {
      const read = await mustView(bytes, soapView);
      const part = read.mime?.parts[1];
      if (!part) throw new Error('no part');
      expect(contiguousBase(read, part)).to.equal(contiguous ? part.offset : undefined);
      for (const offset of [0, 1, 77, 4999]) expect(bytes[placeInPart(read, part, offset) ?? -1]).to.equal(content[offset]);
      const store = storeOf([bytes]);
      const pieces: Uint8Array[] = [];
      const { bytes: kept, ...large } = part;
      expect(kept).to.deep.equal(content);
      // As for a part that is too large to be kept.
      part.bytes = undefined;
      for await (const piece of partOctets(read, part, (blob, range) => store.read(blob, range))) pieces.push(piece);
      expect(Buffer.concat(pieces)).to.deep.equal(content);
      expect(large.size).to.equal(content.length);
      expect(refOf(bytes).size).to.equal(bytes.length);
    }
  });

  it('are read in memory that does not grow with them', async () => {
    const block = Buffer.alloc(1 << 20, 'not a delimiter\r\n-');
    const blocks = 300;
    const hash = createHash('sha1');
    async function* source(): AsyncIterable<Uint8Array> {
      yield bytesOf('POST / HTTP/1.1\r\nContent-Type: multipart/related; boundary=b0\r\n\r\n--b0\r\n\r\n<a/>\r\n--b0\r\n\r\n');
      for (let i = 0; i < blocks; i++) {
        hash.update(block);
        yield block;
      }
      yield bytesOf('\r\n--b0\r\n\r\nbehind\r\n--b0--');
    }
    const before = process.memoryUsage().rss;
    const read = await soapView.parse(source(), { sha256: '', size: 0 }, { view: () => Promise.resolve(undefined) });
    expect(process.memoryUsage().rss - before).to.be.below(200e6);
    expect(read?.mime?.parts[1]).to.include({ size: blocks * block.length, sha1: hash.digest('hex') });
    expect(read?.mime?.parts[1]).not.to.have.property('bytes');
    expect(read?.mime?.parts[2]?.size).to.equal(6);
  });
});
