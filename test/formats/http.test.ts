import { expect } from 'chai';
import { parseHttpHead } from '../../harness/formats/http.js';
import { parseMediaType } from '../../harness/formats/media-type.js';
import type { Problem, SoapMessage } from '../../harness/formats/model.js';
import { soapView } from '../../harness/formats/soap.js';
import { bytesOf, chunked, mustView, randomOf, viewOf } from './support.js';

const codes = (problems: Problem[] | undefined): string[] => (problems ?? []).map((problem) => problem.code);
const message = (text: string | Uint8Array, chunk?: number): Promise<SoapMessage> => mustView(bytesOf(text), soapView, chunk);

describe('HTTP reader', () => {
  it('gives the head with places', () => {
    const text = 'POST /a?b HTTP/1.1\r\nHost: x\r\nX-FOLDED: one\r\n\ttwo\r\n three\r\nempty:\r\n\r\nbody';
    const problems: Problem[] = [];
    const head = parseHttpHead(Buffer.from(text), problems);
    expect(problems).to.deep.equal([]);
    expect(head).to.include({ kind: 'request', method: 'POST', target: '/a?b', version: '1.1', length: text.length - 4 });
    expect(head?.headers.map(({ name, value }) => [name, value])).to.deep.equal([['Host', 'x'], ['X-FOLDED', 'one two three'], ['empty', '']]);
    for (const field of head?.headers ?? []) expect(text.slice(field.offset, field.offset + field.length)).to.match(new RegExp(`^${field.name}:`));
    expect(text.slice(head?.headers[1]?.offset).slice(0, head?.headers[1]?.length)).to.equal('X-FOLDED: one\r\n\ttwo\r\n three');
    expect(parseHttpHead(Buffer.from('HTTP/1.1 500 Internal Server Error\r\n\r\n'))).to.include({ kind: 'response', status: 500, reason: 'Internal Server Error' });
    expect(parseHttpHead(Buffer.from('HTTP/1.1 200\r\n\r\n'))).to.include({ status: 200, reason: '' });
    for (const none of ['', '<a/>', 'hello', '--b\r\n', 'POST /a HTTP/1.1x\r\n', 'HTTP/1.1 20 x\r\n']) expect(parseHttpHead(Buffer.from(none))).to.equal(undefined);
  });

  it('reads ten thousand headers', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => `X-Header-${i}: value ${i}\r\n`).join('');
    const { http, payload, problems } = await message(`POST / HTTP/1.1\r\n${many}Content-Type: text/xml\r\n\r\n<a/>`, 1000);
    expect(http?.headers).to.have.length(10_001);
    expect(problems).to.deep.equal([]);
    expect(payload?.local).to.equal('a');
  });

  it('names what is wrong with a head', async () => {
    expect(codes((await message('POST / HTTP/1.1\r\nHost : x\r\n\r\n<a/>')).problems)).to.include('header-space-before-colon');
    expect(codes((await message('POST / HTTP/1.1\nHost: x\n\n<a/>')).problems)).to.deep.equal(['http-bare-lf']);
    expect(codes((await message('POST / HTTP/1.1\r\nHost: x\r\n')).problems)).to.include('http-head-unterminated');
    expect(codes((await message('POST / HTTP/1.1')).problems)).to.include('http-head-unterminated');
    const endless = await message(bytesOf('POST / HTTP/1.1\r\n', 'X: y\r\n'.repeat(1_000_000)));
    expect(codes(endless.problems)).to.include('http-head-unterminated');
  });

  it('takes a line of white space for the empty line that was meant', async () => {
    const read = await message('POST / HTTP/1.1\r\nHost: x\r\n \t\r\n<a/>');
    expect(codes(read.problems)).to.deep.equal(['header-blank-line-not-empty']);
    expect(read.payload?.local).to.equal('a');
  });

  it('reads a hostile megabyte in time that grows with them alone', async () => {
    const megabyte = (text: string): Buffer => Buffer.alloc(1024 * 1024, text);
    const folded = await message(bytesOf('POST / HTTP/1.1\r\nA: b\r\n', megabyte(' x\r\n'), '\r\n\r\n<a/>'));
    expect(folded.http?.headers).to.have.length(1);
    const part = (encoding: string, content: string): Promise<SoapMessage> =>
      message(bytesOf(`POST / HTTP/1.1\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`, megabyte(content), '\r\n--b--'));
    for (const [encoding, content] of [['quoted-printable', ' '], ['quoted-printable', '='], ['base64', '* '], ['binary', '\n--b\n\n'], ['binary', '\n--b '], ['binary', '--b']] as const) {
      expect((await part(encoding, content)).mime?.parts.length).to.be.greaterThan(0);
    }
  });

  it('names what is wrong with the framing', async () => {
    const body = '<a/>';
    const at = async (headers: string, after = body): Promise<string[]> => codes((await message(`POST / HTTP/1.1\r\n${headers}\r\n${after}`, 7)).problems);
    expect(await at('Content-Length: 4\r\n')).to.deep.equal([]);
    expect(await at('Content-Length: 9\r\n')).to.deep.equal(['http-body-shorter']);
    expect(await at('Content-Length: 4\r\n', '<a/>more')).to.deep.equal(['http-body-longer']);
    expect(await at('Content-Length: 4\r\nContent-Length: 4\r\n')).to.deep.equal([]);
    expect(await at('Content-Length: 4, 5\r\n')).to.include('http-content-length-twice');
    expect(await at('Content-Length: -1\r\n')).to.deep.equal(['http-content-length']);
    expect(await at('Transfer-Encoding: gzip\r\n')).to.deep.equal(['http-transfer-encoding']);
    expect(await at('Content-Encoding: gzip\r\n')).to.deep.equal(['http-content-encoding']);
    const coded = chunked(Buffer.from(body), [3]).toString();
    expect(await at('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', coded)).to.deep.equal(['http-both-framings']);
    const chunks = (after: string): Promise<string[]> => at('Transfer-Encoding: chunked\r\n', after);
    expect(await chunks(coded)).to.deep.equal([]);
    expect(await chunks(`${coded}rest`)).to.deep.equal(['http-body-longer']);
    expect(await chunks('4\r\n<a/>\r\n')).to.deep.equal(['http-chunked-truncated']);
    expect(await chunks('4\n<a/>\n0\n\n')).to.include('http-bare-lf').and.not.include('http-chunked-truncated');
    expect(await chunks('zz\r\n<a/>\r\n')).to.deep.equal(['http-chunked-malformed']);
    expect(await chunks('4\r\n<a/>junk\r\n0\r\n\r\n')).to.deep.equal(['http-chunked-malformed']);
    expect(await chunks(`4${' '.repeat(20000)}`)).to.deep.equal(['http-chunked-malformed']);
  });

  it('passes over interim answers', async () => {
    for (const chunk of [1, 30, 1000]) {
      const { http, problems, payload } = await message('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<a/>', chunk);
      expect(http?.status).to.equal(200);
      expect(problems).to.deep.equal([]);
      expect(payload?.start).to.equal(25 + 17 + 26);
    }
  });

  it('reads XML with no packaging, and nothing else without a head', async () => {
    expect((await message('\n <a/>')).packaging).to.equal('bare');
    expect((await message('\ufeff<a/>')).packaging).to.equal('bare');
    expect((await message(Buffer.from('\ufeff<a/>', 'utf16le'))).payload?.local).to.equal('a');
    expect((await message('HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<a/>')).packaging).to.equal('simple');
    for (const none of ['', '{"a":1}', 'hello', 'MSH|^~\\&|', Buffer.alloc(1000)]) expect(await viewOf(bytesOf(none), soapView)).to.equal(undefined);
    const empty = await message('HTTP/1.1 500 Oops\r\n\r\n');
    expect(empty.payload).to.equal(undefined);
    expect(codes(empty.xml.problems)).to.deep.equal(['xml-no-root']);
  });

  it('takes the charset from the media type', async () => {
    const latin = Buffer.from('POST / HTTP/1.1\r\nContent-Type: application/soap+xml; charset=iso-8859-1\r\n\r\n<a>\u00e4</a>', 'latin1');
    expect((await message(latin)).xml.encoding).to.equal('iso-8859-1');
  });

  it('knows line and column far beyond 65535 lines', async () => {
    const lines = 200_000;
    const text = `${'\n'.repeat(100)}<a>${'\n'.repeat(lines)}  <b c="1"/></a>`;
    const read = await message(text, 4096);
    const b = read.payload?.children.find((node) => node.kind === 'element');
    if (b?.kind !== 'element' || !b.attributes[0]) throw new Error('no element');
    expect(read.at(b)).to.include({ line: lines + 101, column: 3, path: '/a/b' });
    expect(read.at(b.attributes[0])).to.include({ line: lines + 101, column: 6, length: 5, path: '/a/b/@c' });
    expect(read.at({ offset: 0, length: 0 })).to.include({ line: 1, column: 1 });
  });

  it('never throws on mutated messages, and keeps to the blob', async () => {
    const random = randomOf(9);
    const seeds = [
      bytesOf('POST / HTTP/1.1\r\nContent-Type: multipart/related; boundary="b"; start="<x>"\r\nTransfer-Encoding: chunked\r\n\r\n', chunked(bytesOf('--b\r\nContent-ID: <x>\r\n\r\n<a><b c="d">e</b></a>\r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3D\r\n--b--\r\n'), [9, 2])),
      bytesOf('HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n<a>\u20ac\u00e4</a>'),
    ];
    for (let round = 0; round < 1500; round++) {
      const bytes = Buffer.from(seeds[round % 2] ?? '');
      for (let edits = 1 + Math.floor(random() * 5); edits > 0; edits--) bytes[Math.floor(random() * bytes.length)] = random() < 0.5 ? Math.floor(random() * 256) : '\r\n-: ;<>"=b0'.charCodeAt(Math.floor(random() * 12));
      const cut = random() < 0.3 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
      const read = await viewOf(cut, soapView, 1 + Math.floor(random() * 50));
      if (!read) continue;
      const places = [...read.problems, ...(read.mime?.problems ?? []), ...read.xml.problems, ...(read.mime?.parts ?? []), ...(read.http?.headers ?? []), ...(read.payload ? [read.payload] : [])];
      for (const place of places) {
        const { offset, length } = read.at(place);
        expect(offset >= 0 && length >= 0 && offset + length <= cut.length, `${offset}+${length} in ${cut.length} ${JSON.stringify(cut.toString('latin1'))}`).to.equal(true);
      }
    }
  });
});

describe('media types', () => {
  it('are read with their parameters', () => {
    const read = parseMediaType('Multipart/Related ;boundary="a;b\\"c" ; TYPE=application/xop+xml;start=<a@b>;;charset="utf-8" ');
    expect(read.type).to.equal('multipart/related');
    expect(read.parameters).to.deep.equal(Object.assign(Object.create(null), { boundary: 'a;b"c', type: 'application/xop+xml', start: '<a@b>', charset: 'utf-8' }));
    expect(codes(read.problems)).to.deep.equal(['media-type-unquoted', 'media-type-unquoted']);
    expect(codes(parseMediaType('text').problems)).to.deep.equal(['media-type-malformed']);
    expect(codes(parseMediaType('text/xml; a=1; a=2').problems)).to.deep.equal(['media-type-parameter-twice']);
    expect(parseMediaType('text/xml; a b; c=d').parameters['c']).to.equal('d');
    expect(parseMediaType('text/xml; __proto__=x').parameters['__proto__']).to.equal('x');
    expect(parseMediaType('').type).to.equal('');
  });
});
