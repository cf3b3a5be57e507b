/** The reference system: fed by DCMTK, told by curl to share, its messages looked at by parsers that are not ours. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RunningSimulator } from '../../harness/contracts.js';
import { patient, prepareStudy, type PreparedStudy } from '../../scenarios/fixtures/index.js';
import { simulator as registrySimulator } from '../../simulators/document-registry/index.js';
import { simulator as repositorySimulator } from '../../simulators/document-repository/index.js';
import { simulator as consumerSimulator } from '../../simulators/imaging-document-consumer/index.js';
import { simulator as sourceSimulator } from '../../simulators/imaging-document-source/index.js';
import { curl, openBench, run, until, type Bench } from './bench.js';

const EXPLICIT = '1.2.840.10008.1.2.1';
/** Splits an MTOM message with Python's email package: envelope text and parts as files. */
const SPLIT = `
import sys,email,os,json
raw=sys.stdin.buffer.read()
head,body=raw.split(b"\\r\\n\\r\\n",1)
lines=head.split(b"\\r\\n")
if any(l.lower()==b"transfer-encoding: chunked" for l in lines):
  out=b""
  while body:
    size,body=body.split(b"\\r\\n",1)
    n=int(size.split(b";")[0],16)
    if n==0: break
    out+=body[:n]; body=body[n+2:]
  body=out
ct=[l for l in lines if l.lower().startswith(b"content-type:")][0]
m=email.message_from_bytes(ct+b"\\r\\n\\r\\n"+body)
names=[]
for i,p in enumerate(m.get_payload()):
  f=os.path.join(sys.argv[1],"part%d"%i); open(f,"wb").write(p.get_payload(decode=True)); names.append(f)
print(json.dumps(names))
`;

describe('simulators: Imaging Document Source', () => {
  let bench: Bench;
  let study: PreparedStudy;
  let source: RunningSimulator;
  let repository: RunningSimulator;
  let consumer: RunningSimulator;
  before(async function () {
    for (const tool of ['storescu', 'curl', 'dciodvfy']) if (spawnSync(tool, ['--version']).error) this.skip();
  });

  async function stage(fault?: string): Promise<void> {
    source = await bench.start(sourceSimulator, {}, fault);
    const registry = await bench.start(registrySimulator);
    repository = await bench.start(repositorySimulator, { registryUrl: registry.endpoints.url! });
    consumer = await bench.start(consumerSimulator);
    study = await prepareStudy('ct-two-series', join(bench.dir, 'study'));
    const [host, port] = source.endpoints.dicom!.split(':') as [string, string];
    const sent = await run('storescu', ['-aec', source.endpoints.aeTitle!, host, port, ...study.files]);
    expect(sent.status, sent.stderr).to.equal(0);
  }
  const share = () =>
    curl(source.endpoints.control!, 'application/json', JSON.stringify({ 'study.uid': study.uid, 'patient.domainId': patient('amber-stone').domainId, 'repository.url': repository.endpoints.url, 'submission.timeoutMs': '5000' }));
  const split = (message: Buffer, name: string): Promise<string[]> =>
    mkdir(join(bench.dir, name), { recursive: true }).then(async () => JSON.parse((await run('python3', ['-c', SPLIT, join(bench.dir, name)], message)).stdout) as string[]);
  const reference = (sop: string, series = study.instances.find((i) => i.sop === sop)?.series ?? study.instances[0]!.series) => ({ study: study.uid, series, sop, repositoryUniqueId: source.endpoints.repositoryUniqueId! });
  const retrieve = async (instances: ReturnType<typeof reference>[], transferSyntaxes = [EXPLICIT]) => {
    const outcome = (await consumer.call('retrieve', { url: source.endpoints.rad69!, instances, transferSyntaxes, timeoutMs: 5000 })) as { exchange: string; status?: number };
    await until(() => bench.exchanges.some((e) => e.id === outcome.exchange));
    return { ...outcome, bytes: bench.bytes(outcome.exchange, 'responder') };
  };

  beforeEach(async () => void (bench = await openBench()));
  afterEach(async () => bench.close());

  it('shares a study: a registered submission whose manifest dciodvfy and DCMTK accept', async () => {
    await stage();
    const answer = await share();
    expect(answer.status, answer.text).to.equal(200);
    expect(await repository.call('holds', null)).to.have.length(1);
    const submission = bench.exchanges.find((e) => e.transaction === 'RAD-68')!;
    const [envelope, manifest] = (await split(bench.bytes(submission.id, 'initiator'), 'submission')) as [string, string];
    const verified = spawnSync('dciodvfy', [manifest], { encoding: 'utf8' });
    expect((verified.stdout + verified.stderr).split('\n').filter((l) => /^Error/i.test(l))).to.deep.equal([]);
    const dump = spawnSync('dsrdump', [manifest], { encoding: 'utf8' });
    expect(dump.stdout.match(/contains IMAGE/g), dump.stderr).to.have.length(5);
    const xml = await readFile(envelope, 'utf8');
    const file = await readFile(manifest);
    expect(xml).to.contain(`<rim:Value>${createHash('sha1').update(file).digest('hex')}</rim:Value>`).and.to.contain(`<rim:Value>${file.length}</rim:Value>`);
    expect(xml).to.contain('nodeRepresentation="816094009"').and.to.contain('nodeRepresentation="24627-2"').and.to.contain('PID-5|Stone^Amber');
    expect(xml).to.contain(`${study.accession!.number}^^^&amp;1.3.6.1.4.1.21367.13.202.2000&amp;ISO^urn:ihe:iti:xds:2013:accession`);
    expect(xml, 'study time in UTC').to.contain('<rim:Value>20260317083015</rim:Value>');
    expect(spawnSync('xmllint', ['--noout', envelope]).status).to.equal(0);
  });

  it('returns every instance as it was stored', async () => {
    await stage();
    const { bytes, status } = await retrieve(study.instances.map((i) => reference(i.sop)));
    expect(status).to.equal(200);
    const [envelope, ...objects] = await split(bytes, 'answer');
    expect(await readFile(envelope!, 'utf8')).to.contain('ResponseStatusType:Success').and.to.contain('urn:ihe:rad:2009:RetrieveImagingDocumentSetResponse');
    expect(objects).to.have.length(5);
    for (const [i, object] of objects.entries()) {
      const [returned, stored] = [await readFile(object), await readFile(study.files[i]!)];
      // Data sets are compared: the File Meta Information is the source's own.
      const dataSet = (file: Buffer): Buffer => file.subarray(144 + file.readUInt32LE(140));
      expect(dataSet(returned).equals(dataSet(stored)), object).to.equal(true);
      expect(spawnSync('dciodvfy', [object], { encoding: 'utf8' }).stderr.trim()).to.equal('CTImage');
    }
  });

  it('tells each instance that it does not return, and why', async () => {
    await stage();
    const known = study.instances[0]!.sop;
    const envelopeOf = async (...args: Parameters<typeof retrieve>): Promise<string> => (await retrieve(...args)).bytes.toString('latin1');
    const part = await envelopeOf([reference(known), reference('2.25.99')]);
    expect(part).to.contain('ResponseStatusType:PartialSuccess').and.to.contain('errorCode="XDSDocumentUniqueIdError"').and.to.contain('location="2.25.99"').and.to.contain(`<xdsb:DocumentUniqueId>${known}<`);
    const unknown = await envelopeOf([reference('2.25.99')]);
    expect(unknown).to.contain('ResponseStatusType:Failure').and.to.contain('XDSDocumentUniqueIdError').and.not.to.contain('DocumentResponse>');
    expect(await envelopeOf([reference(known, study.instances[4]!.series)])).to.contain('XDSDocumentUniqueIdError');
    expect(await envelopeOf([{ ...reference(known), repositoryUniqueId: '1.2.3' }])).to.contain('XDSUnknownRepositoryId').and.to.contain(':Failure');
    expect(await envelopeOf([reference(known)], ['1.2.840.10008.1.2.4.50'])).to.contain('XDSRepositoryError').and.to.contain(':Failure');
    expect(await envelopeOf([reference(known)], [''])).to.contain(':Failure');
  });

  it('asks and answers in several requests', async () => {
    await stage();
    const outcomes = await consumer.call('retrieveChunks', { url: source.endpoints.rad69!, instances: study.instances.map((i) => reference(i.sop)), transferSyntaxes: [EXPLICIT], perRequest: 2 });
    expect((outcomes as { status: number }[]).map((o) => o.status)).to.deep.equal([200, 200, 200]);
  });

  it('says why it cannot share, and answers garbage without falling', async () => {
    await stage();
    expect((await curl(source.endpoints.control!, 'application/json', '{')).status).to.equal(400);
    expect((await curl(source.endpoints.control!, 'application/json', '{"study.uid":"1.2"}')).text).to.contain('patient.domainId, repository.url');
    const unknown = { 'study.uid': '1.2', 'patient.domainId': 'a', 'repository.url': 'http://127.0.0.1:9/' };
    expect((await curl(source.endpoints.control!, 'application/json', JSON.stringify(unknown))).status).to.equal(404);
    const dead = await curl(source.endpoints.control!, 'application/json', JSON.stringify({ ...unknown, 'study.uid': study.uid }));
    expect(dead.status).to.equal(502);
    for (const [type, body] of [['text/plain', 'x'], ['application/soap+xml', '<a/>'], ['multipart/related; boundary=x', '--x\r\n']] as const) {
      const answer = await curl(source.endpoints.rad69!, type, body);
      expect(answer.status).to.equal(400);
      expect(answer.text).to.contain('soap:Fault');
    }
  });
});
