import { expect } from 'chai';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { XmlDocument, XmlElement } from '../../harness/formats/model.js';
import { attribute, child, descendants, elementAt, elementPath, parseXml, textOf } from '../../harness/formats/xml.js';
import { randomOf } from './support.js';

const parse = (text: string): XmlDocument => parseXml(Buffer.from(text));
const all = (document: XmlDocument): XmlElement[] => (document.root ? [document.root, ...descendants(document.root)] : []);

describe('XML reader', () => {
  it('gives names, namespaces, values and places', () => {
    const text = '<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- c --><?pi x?><a:b xmlns:a="urn:a" xmlns="urn:d" c=\'1 &lt;&#x41;&#10;\r\n2\' a:c="3"><d/>x&amp;<![CDATA[<y>]]>\r\n</a:b>\n';
    const { root, problems, declaredEncoding, processingInstructions } = parse(text);
    expect(problems).to.deep.equal([]);
    expect(declaredEncoding).to.equal('UTF-8');
    expect(processingInstructions).to.deep.equal([{ target: 'pi', offset: text.indexOf('<?pi'), length: 8 }]);
    expect(root).to.include({ prefix: 'a', local: 'b', namespace: 'urn:a', start: text.indexOf('<a:b'), end: text.indexOf('</a:b>') + 6, startTagEnd: text.indexOf('<d/>') });
    expect(attribute(root, 'c')?.value).to.equal('1 <A\n 2');
    expect(attribute(root, 'c', 'urn:a')).to.include({ value: '3', start: text.indexOf('a:c='), end: text.indexOf('a:c=') + 7 });
    expect(attribute(root, 'a')).to.equal(undefined);
    expect(child(root, 'd')?.namespace).to.equal('urn:d');
    expect(textOf(root)).to.equal('x&<y>\n');
  });

  it('gives paths with a number where siblings share a name', () => {
    const { root } = parse('<a><b/><c/><b><d/></b></a>');
    expect(descendants(root).map(elementPath)).to.deep.equal(['/a/b[1]', '/a/c', '/a/b[2]', '/a/b[2]/d']);
    expect(elementAt(root, 16)?.local).to.equal('d');
  });

  const broken: [string, string, number][] = [
    ['<a><b></a>', 'xml-mismatched-tag', 6],
    ['<a></b>', 'xml-mismatched-tag', 3],
    ['<a/></a>', 'xml-mismatched-tag', 4],
    ['<a b="1" b="2"/>', 'xml-duplicate-attribute', 0],
    ['<a xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"/>', 'xml-duplicate-attribute', 0],
    ['<a><x:b/></a>', 'xml-undeclared-prefix', 3],
    ['<a x:b=""/>', 'xml-undeclared-prefix', 0],
    ['<a xmlns:x=""/>', 'xml-bad-namespace', 0],
    ['<a:b:c xmlns:a="u"/>', 'xml-bad-name', 0],
    ['<a>&#0;</a>', 'xml-bad-character-reference', 3],
    ['<a>\r\n\r\n&#x110000;</a>', 'xml-bad-character-reference', 7],
    ['<a b="ab\r\n&#xD800;"/>', 'xml-bad-character-reference', 10],
    ['<a>&nbsp;</a>', 'xml-undefined-entity', 3],
    ['<a>a & b</a>', 'xml-bad-reference', 5],
    ['<a>&amp</a>', 'xml-bad-reference', 3],
    ['<a/>x', 'xml-text-outside-root', 4],
    ['x<a/>', 'xml-text-outside-root', 0],
    ['<a/><b/>', 'xml-second-root', 4],
    ['<a>\u0001</a>', 'xml-forbidden-character', 3],
    ['<a>\ufffe</a>', 'xml-forbidden-character', 3],
    ['<a b="<"/>', 'xml-bad-attribute', 6],
    ['<a b=1/>', 'xml-bad-attribute', 3],
    ['<a b/>', 'xml-bad-attribute', 3],
    ['<a b="1"c="2"/>', 'xml-bad-tag', 8],
    ['<a / >', 'xml-bad-tag', 3],
    ['< a/>', 'xml-bad-name', 1],
    ['<1a/>', 'xml-bad-name', 1],
    ['<a>]]></a>', 'xml-cdata-end-in-text', 3],
    ['<a><!-- -- --></a>', 'xml-bad-comment', 8],
    ['<a><!ELEMENT b></a>', 'xml-bad-markup', 3],
    [' <?xml version="1.0"?><a/>', 'xml-declaration-not-first', 1],
    ['<?xml encoding="UTF-8"?><a/>', 'xml-bad-declaration', 0],
    ['<?xml version="1.0"?>', 'xml-no-root', 21],
    ['', 'xml-no-root', 0],
    ['<a>', 'xml-unfinished-element', 3],
    ['<a b="1', 'xml-unfinished-attribute', 3],
    ['<a', 'xml-unfinished-tag', 2],
    ['<a></a', 'xml-unfinished-tag', 3],
    ['<a><!--', 'xml-unfinished-comment', 3],
    ['<a><![CDATA[', 'xml-unfinished-cdata', 3],
    ['<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'xml-doctype', 21],
  ];
  for (const [text, code, offset] of broken) {
    it(`stops at ${JSON.stringify(text.slice(0, 40))}`, () => {
      const { problems } = parse(text);
      expect(problems.map((problem) => [problem.code, problem.offset])).to.deep.equal([[code, offset]]);
    });
  }

  it('says at which octet UTF-8 is invalid', () => {
    for (const [octets, offset] of [[[0x61, 0xff], 4], [[0xc3], 3], [[0xe2, 0x82, 0x3c], 3], [[0xed, 0xa0, 0x80], 3], [[0xc3, 0xa4, 0xc0, 0xaf], 5], [[0xf4, 0x90, 0x80, 0x80], 3]] as const) {
      const { problems } = parseXml(Buffer.concat([Buffer.from('<a>'), Buffer.from(octets), Buffer.from('</a>')]));
      expect(problems.map((problem) => [problem.code, problem.offset])).to.deep.equal([['xml-invalid-utf8', offset]]);
    }
    expect(parseXml(Buffer.from([0x3c, 0x61, 0x2f, 0x3e, 0xff])).problems[0]?.code).to.equal('xml-invalid-utf8');
    expect(parseXml(Buffer.from('<a>\u20ac</a>'), { encoding: 'US-ASCII' }).problems[0]).to.include({ code: 'xml-invalid-ascii', offset: 3 });
    expect(parseXml(Buffer.from('<a/>'), { encoding: 'EBCDIC' }).problems[0]?.code).to.equal('xml-encoding-unsupported');
    expect(parseXml(Buffer.from('<a>x</a>\0', 'utf16le')).problems[0]?.code).to.be.oneOf(['xml-forbidden-character']);
  });

  it('knows encodings by byte order mark, parameter and declaration', () => {
    const text = '<?xml version="1.0"?><a>\u00e4</a>';
    const swapped = Buffer.from(text, 'utf16le').swap16();
    for (const [bytes, encoding, options] of [
      [Buffer.from(`\ufeff${text}`), 'utf-8', {}],
      [Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le', { encoding: 'utf-8' }],
      [Buffer.concat([Buffer.from([0xfe, 0xff]), swapped]), 'utf-16be', {}],
      [swapped, 'utf-16be', { encoding: 'UTF-16' }],
      [swapped, 'utf-16be', {}],
      [Buffer.from(text, 'utf16le'), 'utf-16le', {}],
      [Buffer.from(text, 'latin1'), 'iso-8859-1', { encoding: 'ISO-8859-1' }],
      [Buffer.from(text.replace('?>', ' encoding="ISO-8859-1"?>'), 'latin1'), 'iso-8859-1', {}],
      [Buffer.from(text.replace('?>', ' encoding="windows-1252"?>'), 'latin1'), 'windows-1252', {}],
    ] as const) {
      const document = parseXml(bytes, options);
      expect(document.problems).to.deep.equal([]);
      expect(document.encoding).to.equal(encoding);
      expect(textOf(document.root)).to.equal('\u00e4');
    }
  });

  it('is bounded: depth, attributes, nodes', () => {
    for (const [text, code] of [
      ['<a>'.repeat(100_000) + '</a>'.repeat(100_000), 'xml-too-deep'],
      [`<a ${Array.from({ length: 10_000 }, (_, i) => `b${i}=""`).join(' ')}/>`, 'xml-too-large'],
      [`<a>${'<b/>'.repeat(1_100_000)}</a>`, 'xml-too-large'],
    ] as const) {
      expect(parse(text).problems.map((problem) => problem.code)).to.deep.equal([code]);
    }
  });

  describe('for any tree', () => {
    const name = fc.constantFrom('a', 'b', 'Slot', 'x:c', 'y:\u00e9t\u00e9', '\u5c71', '\u{10400}z');
    const content = fc.stringMatching(/^[a-z \r\n\u00e4\u20ac\u{1f600}]{0,12}$/u);
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc
        .tuple(name, fc.uniqueArray(fc.tuple(fc.constantFrom('p', 'q', 'x:p', 'y:p'), content), { maxLength: 3, selector: ([key]) => key }), fc.array(fc.oneof({ depthSize: 'small' }, content, tie('tree'), fc.constant('<!--\u20ac-->'), fc.constant('<![CDATA[<\u00e4>]]>'), fc.constant('&#x20AC;')), { maxLength: 4 }))
        .map(([tag, attributes, inner]) => `<${tag}${attributes.map(([key, value]) => ` ${key}="${value}"`).join('')}${inner.length ? `>${inner.join('')}</${tag} >` : '/>'}`),
    }));
    const text = tree.map((inner) => `<r xmlns:x="urn:x" xmlns:y="urn:y">${inner}</r>`);
    const encodings: Record<string, (value: string) => Buffer> = {
      'utf-8': (value) => Buffer.from(value),
      'utf-8 with mark': (value) => Buffer.from(`\ufeff${value}`),
      'utf-16le': (value) => Buffer.from(`\ufeff${value}`, 'utf16le'),
      'utf-16be': (value) => Buffer.from(`\ufeff${value}`, 'utf16le').swap16(),
    };
    for (const [encoding, encode] of Object.entries(encodings)) {
      it(`places in ${encoding}, also across chunks, hold the element itself`, () => {
        fc.assert(
          fc.property(text, fc.integer({ min: 1, max: 40 }), (value, chunk) => {
            const bytes = encode(value);
            // Each `chunk` octets are preceded by three that belong to the transfer coding.
            const toBlob = (offset: number): number => offset + 3 * (Math.floor(offset / chunk) + 1);
            const toBody = (offset: number): number => offset - 3 * (Math.floor(offset / (chunk + 3)) + 1);
            const document = parseXml(bytes, { toBlob });
            expect(document.problems).to.deep.equal([]);
            const charset = encoding.replace(' with mark', '');
            const slice = (start: number, end: number): string => new TextDecoder(charset, { fatal: true }).decode(bytes.subarray(toBody(start), toBody(end - 1) + 1));
            for (const element of all(document)) {
              const own = slice(element.start, element.end);
              const tag = element.prefix ? `${element.prefix}:${element.local}` : element.local;
              expect(own.startsWith(`<${tag}`), own).to.equal(true);
              expect(own.endsWith('>')).to.equal(true);
              expect(slice(element.start, element.startTagEnd).endsWith('>')).to.equal(true);
              const again = parse(`<r xmlns:x="urn:x" xmlns:y="urn:y">${own}</r>`);
              expect(again.problems).to.deep.equal([]);
              for (const place of element.attributes) expect(slice(place.start, place.end)).to.match(/^[^=]+="[^"]*"$/s);
              for (const node of element.children) if (node.kind === 'text') expect(slice(node.start, node.end)).to.match(/^(<!\[CDATA\[.*|[^<]*)$/s);
            }
          }),
          { numRuns: 60, seed: 3 },
        );
      });
    }

    it('agrees with xmllint on what is well-formed', function () {
      if (spawnSync('xmllint', ['--version']).error) this.skip();
      const folder = mkdtempSync(join(tmpdir(), 'assay-xml-'));
      try {
        const random = randomOf(7);
        const seeds = fc.sample(text, { numRuns: 60, seed: 11 }).concat(broken.map(([value]) => value));
        const spice = ['<', '>', '&', '"', '/', ']]>', '&#65;', '<!--', '-->', '<?x?>', ' ', 'x:', '<b>', '</b>', '=', '\u0001', '\ufffe', 'xmlns:z="u"', '&amp;', '--'];
        const mutants: string[] = [];
        while (mutants.length < 700) {
          let value = seeds[Math.floor(random() * seeds.length)] ?? '';
          for (let edits = Math.floor(random() * 3); edits > 0; edits--) {
            const at = Math.floor(random() * (value.length + 1));
            const drop = random() < 0.5 ? Math.floor(random() * 4) : 0;
            value = value.slice(0, at) + (random() < 0.7 ? spice[Math.floor(random() * spice.length)] : '') + value.slice(at + drop);
          }
          if (!value.includes('<!DOCTYPE') && value !== '') mutants.push(value);
        }
        mutants.forEach((value, index) => writeFileSync(join(folder, `m${index}.xml`), value));
        const { stderr } = spawnSync('xmllint', ['--noout', '--nonet', ...mutants.map((_, index) => `m${index}.xml`)], { cwd: folder, maxBuffer: 1 << 28 });
        const bad = new Set([...stderr.toString('latin1').matchAll(/^m(\d+)\.xml:\d+: (?!parser warning|namespace warning|warning|namespace error : xmlns.* not a valid URI)/gm)].map((match) => Number(match[1])));
        const wrong = mutants.map((value, index) => ({ value, ours: parseXml(Buffer.from(value)).problems, theirs: bad.has(index) })).filter(({ ours, theirs }) => ours.length > 0 !== theirs);
        expect(wrong.map(({ value, ours }) => `${value} ${JSON.stringify(ours)}`)).to.deep.equal([]);
        expect(bad.size).to.be.within(100, 690);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('never throws on mutated octets, and keeps to the blob', () => {
      const random = randomOf(5);
      const seeds = fc.sample(text, { numRuns: 40, seed: 2 });
      for (let round = 0; round < 3000; round++) {
        const bytes = Object.values(encodings)[round % 4]?.(seeds[round % seeds.length] ?? '') ?? Buffer.alloc(0);
        for (let edits = 1 + Math.floor(random() * 4); edits > 0; edits--) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
        const document = parseXml(bytes);
        for (const { offset, length } of document.problems) expect(offset >= 0 && length >= 0 && offset + length <= bytes.length).to.equal(true);
        for (const { start, end, startTagEnd } of all(document)) expect(start < startTagEnd && startTagEnd <= end && end <= bytes.length, `${start} ${startTagEnd} ${end} of ${bytes.length}`).to.equal(true);
      }
    });
  });
});
