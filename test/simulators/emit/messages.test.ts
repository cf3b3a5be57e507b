/** What the emitters write, read by parsers that are not ours: xmllint with the published schemas, Python's email package, DCMTK and dciodvfy. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { dataFile } from '../../../harness/root.js';
import { encodePart10 } from '../../../simulators/emit/dicom-write.js';
import { association, ASSOCIATION, coded, documentEntry, identifier, provideAndRegisterRequest, slot, submissionSet } from '../../../simulators/emit/ebrim.js';
import { ACTIONS, ANONYMOUS, envelope, faultPayload } from '../../../simulators/emit/envelope.js';
import { manifestDataSet } from '../../../simulators/emit/kos.js';
import { mtomBody, mtomContentType, mtomLength, mtomMessage } from '../../../simulators/emit/mtom.js';
import { registryError, registryResponse, STATUS } from '../../../simulators/emit/registry-response.js';
import { retrieveRequest, retrieveResponse } from '../../../simulators/emit/retrieve.js';
import { dtmOf } from '../../../simulators/emit/time.js';
import { declare, renderXml, x, type XmlNode } from '../../../simulators/emit/xml.js';

const schemas = join(dataFile(), '..', 'shared', 'xsd');
const code = { code: 'IMAGES', scheme: '1.3.6.1.4.1.19376.1.2.6.1', display: 'Images & "more" <here>' };

const entry = (): XmlNode =>
  documentEntry({
    id: 'Document01',
    mimeType: 'application/dicom',
    slots: [slot('creationTime', '20260317'), slot('sourcePatientInfo', 'PID-5|Weiß^Jörg', 'PID-8|M')],
    title: 'CT',
    classifications: [coded('DocumentEntry.classCode', 'Document01', 'c1', code)],
    identifiers: [identifier('XDSDocumentEntry.uniqueId', 'Document01', 'e1', '2.25.1')],
  });
const submission = (): XmlNode =>
  provideAndRegisterRequest(
    [
      entry(),
      submissionSet({ id: 'SubmissionSet01', slots: [slot('submissionTime', '20260317')], classifications: [], identifiers: [] }),
      association('a1', ASSOCIATION.hasMember, 'SubmissionSet01', 'Document01', slot('SubmissionSetStatus', 'Original')),
    ],
    [{ id: 'Document01', contentId: 'manifest@assay' }],
  );
const instance = (sop: string, series = '1.2.3.4') => ({ study: '1.2.3', series, sop, repositoryUniqueId: '1.2.9' });

describe('emit: XML payloads', () => {
  let dir: string;
  before(async () => void (dir = await mkdtemp(join(tmpdir(), 'assay-emit-'))));
  after(async () => rm(dir, { recursive: true, force: true }));

  const xmllint = async (xml: string, ...options: string[]): Promise<string> => {
    const file = join(dir, 'message.xml');
    await writeFile(file, xml);
    const { status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', ...options, file], { encoding: 'utf8' });
    return status === 0 ? '' : stderr;
  };

  it('are well-formed inside their envelope, whatever the text holds', async function () {
    if (spawnSync('xmllint', ['--version']).error) this.skip();
    const payloads = [submission(), registryResponse(STATUS.failure, [registryError('XDSRepositoryError', 'a\u0000b <&"')]), faultPayload('Sender', ']]> & <')];
    for (const payload of payloads) {
      expect(await xmllint(envelope({ action: ACTIONS.register, messageId: 'urn:uuid:1', to: 'http://a/b?c&d', replyTo: ANONYMOUS }, payload))).to.equal('');
    }
  });

  const cases: [string, string, () => XmlNode][] = [
    ['XDS.b_DocumentRepository.xsd', 'submission', submission],
    ['XDSI.b_ImagingDocumentSource.xsd', 'retrieve request', () => retrieveRequest([instance('1'), instance('2', '1.2.3.5'), instance('3')], ['1.2.840.10008.1.2.1'])],
    [
      'XDS.b_DocumentRepository.xsd',
      'retrieve answer',
      () => retrieveResponse({ status: STATUS.partialSuccess, errors: [registryError('XDSDocumentUniqueIdError', 'not here', '1.2')], documents: [{ repositoryUniqueId: '1', documentUniqueId: '2', mimeType: 'application/dicom', contentId: 'd@assay' }] }),
    ],
    ['rs.xsd', 'registry response', () => registryResponse(STATUS.success)],
  ];
  for (const [schema, title, make] of cases) {
    it(`${title}: valid against the published schema`, async function () {
      if (!existsSync(join(schemas, schema)) || spawnSync('xmllint', ['--version']).error) this.skip();
      const payload = make();
      // The schemas know the binary content as base64 text, which xop:Include stands for.
      const resolve = (node: XmlNode): XmlNode => ({ ...node, children: node.children.map((c) => (typeof c === 'string' ? c : c.name === 'xop:Include' ? 'AAAA' : resolve(c))) });
      expect(await xmllint(renderXml(resolve(payload)), '--schema', join(schemas, schema))).to.equal('');
    });
  }

  it('groups a retrieve request by study and series', () => {
    const xml = renderXml(retrieveRequest([instance('1'), instance('2', '1.2.3.5'), instance('3')], ['1.2']));
    expect(xml.match(/<xdsi:SeriesRequest/g)).to.have.length(2);
    expect(xml.match(/DocumentUniqueId>(\d)/g)).to.deep.equal(['DocumentUniqueId>1', 'DocumentUniqueId>3', 'DocumentUniqueId>2']);
  });

  it('writes xop:Include as the only child, without white space', () => {
    expect(renderXml(x('a', {}, x('xop:Include', { ...declare('xop'), href: 'cid:1' })))).to.equal('<a><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:1"/></a>');
  });
});

describe('emit: MTOM', () => {
  it('gives parts that Python reads back byte for byte, with the announced length', async function () {
    const binary = Buffer.concat([Buffer.from('\r\n--assay'), randomBytes(5000), Buffer.from('\r\n')]);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < binary.length; i += 700) yield binary.subarray(i, i + 700);
    }
    const message = mtomMessage(envelope({ action: ACTIONS.register }, registryResponse(STATUS.success)), [{ contentId: 'd1@assay', mediaType: 'application/dicom', content: chunks(), size: binary.length }]);
    const announced = mtomLength(message);
    const parts: Uint8Array[] = [];
    for await (const chunk of mtomBody(message)) parts.push(chunk);
    const body = Buffer.concat(parts);
    expect(body.length).to.equal(announced);
    const script = [
      'import sys,email,hashlib,json',
      'm=email.message_from_bytes(sys.stdin.buffer.read())',
      'p=m.get_payload()',
      'print(json.dumps({"type":m.get_content_type(),"start":m.get_param("start"),"info":m.get_param("start-info"),"xop":m.get_param("type"),"ids":[x["Content-ID"] for x in p],"types":[x.get_content_type() for x in p],"sha":[hashlib.sha256(x.get_payload(decode=True)).hexdigest() for x in p]}))',
    ].join('\n');
    const python = spawnSync('python3', ['-c', script], { input: Buffer.concat([Buffer.from(`Content-Type: ${mtomContentType(message)}\r\n\r\n`), body]), encoding: 'utf8' });
    if (python.error) this.skip();
    const read = JSON.parse(python.stdout) as Record<string, string & string[]>;
    expect(read.type).to.equal('multipart/related');
    expect(read.xop).to.equal('application/xop+xml');
    expect(read.info).to.equal('application/soap+xml');
    expect(read.ids![0]).to.equal(read.start);
    expect(read.types).to.deep.equal(['application/xop+xml', 'application/dicom']);
    expect(read.sha![1]).to.equal(createHash('sha256').update(binary).digest('hex'));
  });

  it('announces no length for a stream of unknown size', () => {
    async function* nothing(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1);
    }
    expect(mtomLength(mtomMessage('<a/>', [{ contentId: 'a', mediaType: 'text/plain', content: nothing() }]))).to.equal(undefined);
  });
});

describe('emit: manifest', () => {
  it('is a Key Object Selection for dciodvfy and DCMTK', async function () {
    if (spawnSync('dciodvfy', ['-v']).error || spawnSync('dsrdump', ['--version']).error) this.skip();
    const image = (sop: string) => ({ sop, sopClass: '1.2.840.10008.5.1.4.1.1.2', valueType: 'IMAGE' as const });
    const bytes = encodePart10(
      manifestDataSet({
        header: {
          patient: { name: 'Yamada^Tarou=山田^太郎', id: 'D1', issuer: 'DEP', issuerOid: '1.2.3', birthDate: '', sex: 'O' },
          study: { uid: '1.2.3', date: '20260317', time: '093015', id: '1', description: '', referringPhysician: '', accession: 'A1', accessionIssuer: '1.2.4', timezone: '+0100' },
          requests: [{ accession: 'A1', requestedProcedureId: 'RP1', description: 'CT', placerOrder: '', fillerOrder: '', codes: [] }],
        },
        sop: '2.25.5',
        series: '2.25.6',
        seriesNumber: 9001,
        created: new Date('2026-03-17T23:30:00Z'),
        evidence: [{ study: '1.2.3', series: [{ uid: '1.2.3.9', retrieveAe: 'IDS', retrieveLocation: '1.2.9', instances: [image('1.2.3.1'), image('1.2.3.2')] }] }],
        tree: [image('1.2.3.1'), image('1.2.3.2')],
      }),
    );
    const dir = await mkdtemp(join(tmpdir(), 'assay-kos-'));
    const file = join(dir, 'kos.dcm');
    await writeFile(file, bytes);
    const verified = spawnSync('dciodvfy', [file], { encoding: 'utf8' });
    expect((verified.stdout + verified.stderr).split('\n').filter((l) => /^Error/i.test(l))).to.deep.equal([]);
    expect(verified.stdout + verified.stderr).to.contain('KeyObjectSelectionDocument');
    const dump = spawnSync('dsrdump', [file], { encoding: 'utf8' });
    expect(dump.status, dump.stderr).to.equal(0);
    expect(dump.stdout.match(/contains IMAGE/g)).to.have.length(2);
    const creation = spawnSync('dcmdump', ['+P', '0008,0012', '+P', '0008,0013', file], { encoding: 'utf8' });
    expect(creation.stdout).to.contain('[20260318]').and.to.contain('[003000]');
    await rm(dir, { recursive: true });
  });

  it('knows the UTC moment of a DICOM date and time', () => {
    expect(dtmOf('20260101', '003015.12', '+0100')).to.equal('20251231233015');
    expect(dtmOf('20260101', '0930', '-0500')).to.equal('202601011430');
    expect(dtmOf('20260101', '')).to.equal('20260101');
    expect(dtmOf('', '0930')).to.equal(undefined);
  });
});
