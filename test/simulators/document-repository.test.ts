/** Repository and registry, driven by curl with bytes that are put together here by hand. */
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { RunningSimulator } from '../../harness/contracts.js';
import { simulator as registrySimulator } from '../../simulators/document-registry/index.js';
import { simulator as repositorySimulator } from '../../simulators/document-repository/index.js';
import { curl, openBench, run, until, type Bench } from './bench.js';

const slot = (name: string, value: string): string => `<rim:Slot name="${name}"><rim:ValueList><rim:Value>${value}</rim:Value></rim:ValueList></rim:Slot>`;
const code = (scheme: string, value: string, codingScheme: string, parent = 'D1'): string =>
  `<rim:Classification id="c${scheme.slice(0, 4)}${value}" classificationScheme="urn:uuid:${scheme}" classifiedObject="${parent}" nodeRepresentation="${value}">${slot('codingScheme', codingScheme)}<rim:Name><rim:LocalizedString value="x"/></rim:Name></rim:Classification>`;
const identifier = (scheme: string, value: string, parent: string): string =>
  `<rim:ExternalIdentifier id="i${scheme.slice(0, 4)}${parent}" registryObject="${parent}" identificationScheme="urn:uuid:${scheme}" value="${value}"><rim:Name><rim:LocalizedString value="n"/></rim:Name></rim:ExternalIdentifier>`;
const PATIENT = 'P1^^^&amp;1.2.3&amp;ISO';

interface Options {
  document?: Buffer;
  uniqueId?: string;
  setId?: string;
  slots?: string;
  associations?: string;
  action?: string;
  href?: string;
}
function envelope({ uniqueId = '1.2.3.100', setId = '1.2.3.200', slots = '', associations = '', action = 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b', href = 'cid:doc%40test' }: Options): string {
  return `<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header><a:Action s:mustUnderstand="1">${action}</a:Action><a:MessageID>urn:uuid:11111111-2222-4333-8444-555555555555</a:MessageID></s:Header><s:Body><x:ProvideAndRegisterDocumentSetRequest xmlns:x="urn:ihe:iti:xds-b:2007"><lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"><rim:RegistryObjectList xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">
<rim:ExtrinsicObject id="D1" mimeType="application/dicom" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">${slot('creationTime', '20260317')}${slot('languageCode', 'en-US')}${slot('sourcePatientId', PATIENT)}${slots}<rim:Name><rim:LocalizedString value="Wei&#223; &amp; Co"/></rim:Name>
${code('41a5887f-8865-4c09-adf7-e362475b143a', 'IMAGES', '1.1')}${code('f4f85eac-e6cb-4883-b524-f2705394840f', 'R', '1.2')}${code('2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4', 'CT', '1.3')}${code('2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4', 'CHEST', '1.4')}${code('a09d5840-386c-46f2-b5ad-9c3699a4309d', 'F', '1.5')}${code('f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1', 'H', '1.6')}${code('cccf5598-8b07-4b77-a05e-ae952c785ead', 'P', '1.7')}${code('f0306f51-975f-434e-a61c-c59651d33983', 'T', '1.8')}
${identifier('58a6f841-87b3-4a3e-92fd-a8ffeff98427', PATIENT, 'D1')}${identifier('2e82c1f6-a085-4c72-9da3-8640a32e42ab', uniqueId, 'D1')}</rim:ExtrinsicObject>
<rim:RegistryPackage id="S1">${slot('submissionTime', '20260317')}${identifier('6b5aea1a-874d-4603-a4bc-96a0a7b38446', PATIENT, 'S1')}${identifier('96fdda7c-d067-4183-912e-bf5ee74998a8', setId, 'S1')}${identifier('554ac39e-e3fe-47fe-b233-965d2a147832', '1.2.3.9', 'S1')}</rim:RegistryPackage>
<rim:Classification id="label" classifiedObject="S1" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"/>
<rim:Association id="A1" associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember" sourceObject="S1" targetObject="D1">${slot('SubmissionSetStatus', 'Original')}</rim:Association>${associations}
</rim:RegistryObjectList></lcm:SubmitObjectsRequest><x:Document id="D1"><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="${href}"/></x:Document></x:ProvideAndRegisterDocumentSetRequest></s:Body></s:Envelope>`;
}
const DOCUMENT = Buffer.from([0, 1, 2, 13, 10, 45, 45, 66, 255, 254]);
const TYPE = 'multipart/related; type="application/xop+xml"; boundary=B; start="<root@test>"; start-info="application/soap+xml"';
const mtom = (options: Options = {}): Buffer =>
  Buffer.concat([
    Buffer.from(`--B\r\nContent-Type: application/xop+xml; charset=UTF-8; type="application/soap+xml"\r\nContent-ID: <root@test>\r\n\r\n${envelope(options)}\r\n--B\r\nContent-Type: application/dicom\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <doc@test>\r\n\r\n`),
    options.document ?? DOCUMENT,
    Buffer.from('\r\n--B--\r\n'),
  ]);
const SUCCESS = 'ResponseStatusType:Success"';
const FAILURE = 'ResponseStatusType:Failure"';

describe('simulators: Document Repository and Document Registry', () => {
  let bench: Bench;
  let registry: RunningSimulator;
  let repository: RunningSimulator;
  before(async function () {
    if ((await run('curl', ['--version']).catch(() => undefined)) === undefined) this.skip();
  });
  beforeEach(async () => {
    bench = await openBench();
    registry = await bench.start(registrySimulator);
    repository = await bench.start(repositorySimulator, { registryUrl: registry.endpoints.url! });
  });
  afterEach(async () => bench.close());

  const submit = (options: Options = {}) => curl(repository.endpoints.url!, TYPE, mtom(options));
  const query = (id: string, slots: Record<string, string | string[]>, returnType = 'LeafClass') =>
    curl(
      registry.endpoints.url!,
      'application/soap+xml; charset=UTF-8',
      `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header><a:Action>urn:ihe:iti:2007:RegistryStoredQuery</a:Action></s:Header><s:Body><q:AdhocQueryRequest xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><q:ResponseOption returnComposedObjects="true" returnType="${returnType}"/><rim:AdhocQuery id="urn:uuid:${id}">${Object.entries(slots).flatMap(([name, v]) => [v].flat().map((one) => slot(name, one))).join('')}</rim:AdhocQuery></q:AdhocQueryRequest></s:Body></s:Envelope>`,
    );
  const FIND = '14d4debf-8f97-4251-9a74-a90016b0af0d';
  const GET = '5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4';
  const approved = { $XDSDocumentEntryPatientId: `'${PATIENT}'`, $XDSDocumentEntryStatus: "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')" };
  const found = (text: string): number => (text.match(/<rim:(ExtrinsicObject|ObjectRef) /g) ?? []).length;

  it('registers a submission before it says Success, caused by it, with hash, size and repositoryUniqueId', async () => {
    const answer = await submit();
    expect(answer.status).to.equal(200);
    expect(answer.text).to.contain(SUCCESS).and.to.contain('multipart/related').and.to.contain('ProvideAndRegisterDocumentSet-bResponse');
    expect(answer.text).to.contain('<wsa:RelatesTo>urn:uuid:11111111-2222-4333-8444-555555555555</wsa:RelatesTo>');
    await until(() => bench.exchanges.some((e) => e.transaction === 'RAD-68'));
    const [taken, registered] = ['RAD-68', 'ITI-42'].map((t) => bench.exchanges.find((e) => e.transaction === t)!);
    expect(registered!.cause).to.equal(taken!.id);
    const sent = bench.bytes(registered!.id, 'initiator').toString('utf8');
    expect(sent).to.contain(createHash('sha1').update(DOCUMENT).digest('hex')).and.to.contain('1.3.6.1.4.1.21367.13.80.101');
    expect(sent).to.match(/name="size">\s*<rim:ValueList>\s*<rim:Value>10<\/rim:Value>/).and.to.contain('Weiß &amp; Co');
    expect(await repository.call('holds', null)).to.deep.include({ uniqueId: '1.2.3.100', size: 10, sha1: createHash('sha1').update(DOCUMENT).digest('hex'), exchange: taken!.id });
  });

  it('answers stored queries from the registered metadata', async () => {
    await submit({ slots: slot('serviceStartTime', '20260317083015') });
    const all = await query(FIND, approved);
    expect(all.text).to.contain(SUCCESS).and.to.contain('RegistryStoredQueryResponse').and.to.match(/status="urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"/);
    expect(found(all.text)).to.equal(1);
    expect(all.text).to.match(/<rim:ExtrinsicObject id="urn:uuid:[0-9a-f-]{36}"/);
    const hit = async (more: Record<string, string | string[]>): Promise<number> => found((await query(FIND, { ...approved, ...more }, 'ObjectRef')).text);
    expect(await hit({ $XDSDocumentEntryEventCodeList: "('CT^^1.3','US^^1.3')" })).to.equal(1);
    expect(await hit({ $XDSDocumentEntryEventCodeList: ["('CT^^1.3')", "('CHEST^^1.4')"] })).to.equal(1);
    expect(await hit({ $XDSDocumentEntryEventCodeList: ["('CT^^1.3')", "('US^^1.3')"] })).to.equal(0);
    expect(await hit({ $XDSDocumentEntryClassCode: "('IMAGES^^1.1')", $XDSDocumentEntryFormatCode: "('F^^1.5')", $XDSDocumentEntryTypeCode: "('T^^1.8')" })).to.equal(1);
    expect(await hit({ $XDSDocumentEntryPracticeSettingCode: "('P^^1.9')" })).to.equal(0);
    expect(await hit({ $XDSDocumentEntryServiceStartTimeFrom: '20260317083015', $XDSDocumentEntryServiceStartTimeTo: '20260318' })).to.equal(1);
    expect(await hit({ $XDSDocumentEntryServiceStartTimeFrom: '20260318' })).to.equal(0);
    expect(await hit({ $XDSDocumentEntryServiceStopTimeFrom: '20300101' }), 'an entry without the time is not excluded').to.equal(1);
    expect(await hit({ $XDSDocumentEntryPatientId: "'P2^^^&amp;1.2.3&amp;ISO'" })).to.equal(0);
    const [held] = (await registry.call('holds', null)) as { id: string }[];
    expect(found((await query(GET, { $XDSDocumentEntryEntryUUID: `('${held!.id}')` })).text)).to.equal(1);
    expect(found((await query(GET, { $XDSDocumentEntryUniqueId: "('1.2.3.100','1.2.3.101')" })).text)).to.equal(1);
  });

  it('refuses wrong queries with the code of the framework', async () => {
    const failed = async (code: string, id: string, slots: Record<string, string | string[]>): Promise<void> => {
      const { text } = await query(id, slots);
      expect(text).to.contain(FAILURE).and.to.contain(`errorCode="${code}"`);
    };
    await failed('XDSUnknownStoredQuery', '00000000-0000-4000-8000-000000000000', approved);
    await failed('XDSStoredQueryMissingParam', FIND, { $XDSDocumentEntryPatientId: approved.$XDSDocumentEntryPatientId });
    await failed('XDSStoredQueryMissingParam', FIND, { ...approved, $XDSDocumentEntryStatus: "('made-up')" });
    await failed('XDSStoredQueryParamNumber', FIND, { ...approved, $XDSDocumentEntryPatientId: "('a','b')" });
    await failed('XDSStoredQueryParamNumber', FIND, { ...approved, $XDSDocumentEntryClassCode: "('IMAGES')" });
    await failed('XDSStoredQueryParamNumber', GET, { $XDSDocumentEntryEntryUUID: "('a')", $XDSDocumentEntryUniqueId: "('b')" });
    await failed('XDSStoredQueryMissingParam', GET, {});
  });

  it('deprecates what a submission replaces', async () => {
    await submit();
    const [first] = (await registry.call('holds', null)) as { id: string }[];
    const associations = `<rim:Association id="A2" associationType="urn:ihe:iti:2007:AssociationType:RPLC" sourceObject="D1" targetObject="${first!.id}"/>`;
    expect((await submit({ uniqueId: '1.2.3.101', setId: '1.2.3.201', associations })).text).to.contain(SUCCESS);
    expect(((await registry.call('holds', null)) as { status: string }[]).map((h) => h.status.split(':').at(-1))).to.deep.equal(['Deprecated', 'Approved']);
    expect(found((await query(FIND, approved)).text)).to.equal(1);
    expect((await submit({ uniqueId: '1.2.3.102', setId: '1.2.3.202', associations })).text).to.contain('XDSRegistryDeprecatedDocumentError');
  });

  it('refuses, and registers nothing, with the right code', async () => {
    const cases: [string, Options][] = [
      ['XDSRepositoryMetadataError', { slots: slot('hash', '0'.repeat(40)) }],
      ['XDSRepositoryMetadataError', { slots: slot('size', '11') }],
      ['XDSMissingDocument', { href: 'cid:nothing@test' }],
      ['XDSRepositoryDuplicateUniqueIdInMessage', { setId: '1.2.3.100' }],
    ];
    for (const [expected, options] of cases) expect((await submit(options)).text, expected).to.contain(FAILURE).and.to.contain(`errorCode="${expected}"`);
    expect(await registry.call('holds', null)).to.deep.equal([]);
    await submit();
    expect((await submit({ uniqueId: '1.2.3.101' })).text).to.contain('XDSDuplicateUniqueIdInRegistry');
    expect((await submit({ setId: '1.2.3.201', document: Buffer.from('other') })).text).to.contain('XDSNonIdenticalHash');
    expect((await submit({ setId: '1.2.3.202' })).text, 'the same document again is no error').to.contain(SUCCESS);
  });

  it('answers garbage with a fault, under the transaction of its path, and goes on', async () => {
    const bad: [string, string | Buffer, number][] = [
      [TYPE, 'no multipart at all', 400],
      [TYPE, mtom().subarray(0, 300), 400],
      ['text/plain', 'hello', 400],
      ['application/soap+xml', '<a><b></a>', 400],
      ['application/soap+xml', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 400],
      ['text/xml', envelope({}).replaceAll('http://www.w3.org/2003/05/soap-envelope', 'http://schemas.xmlsoap.org/soap/envelope/'), 500],
      ['application/soap+xml', envelope({ action: 'urn:ihe:iti:2007:RegistryStoredQuery' }), 400],
      [TYPE, Buffer.alloc(100_000, 0xff), 400],
    ];
    for (const [type, body, status] of bad) {
      const answer = await curl(repository.endpoints.url!, type, body);
      expect(answer.status, body.toString('latin1').slice(0, 60)).to.equal(status);
      expect(answer.text).to.contain('soap:Fault');
    }
    expect((await submit()).text).to.contain(SUCCESS);
    await until(() => bench.exchanges.filter((e) => e.transaction === 'RAD-68').length === bad.length + 1);
    expect((await run('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', repository.endpoints.url!])).stdout).to.equal('405');
    expect((await curl(repository.endpoints.url! + 'x', TYPE, mtom())).status).to.equal(404);
  });

  it('says XDSRegistryNotAvailable when the registry is gone', async () => {
    await registry.stop();
    expect((await submit()).text).to.contain(FAILURE).and.to.contain('errorCode="XDSRegistryNotAvailable"');
  });

  it('misbehaves as each of its faults says', async () => {
    const answers: Record<string, (a: { status: number; text: string }) => void> = {
      'slow-repository': (a) => expect(a.text).to.contain(SUCCESS),
      'repository-refuses': (a) => expect(a.text).to.contain(FAILURE),
      'repository-warns': (a) => expect(a.text).to.contain(SUCCESS).and.to.contain('ErrorSeverityType:Warning'),
      'repository-resets': (a) => expect(a.text).not.to.contain('soap:Envelope'),
      'repository-cuts-answer': (a) => expect(a.text).not.to.contain('</soap:Envelope>'),
      'repository-unavailable': (a) => expect(a.status).to.equal(503),
      'repository-wrong-relatesTo': (a) => expect(a.text).to.contain(SUCCESS).and.not.to.contain('11111111-2222'),
    };
    expect(repositorySimulator.faults.map((f) => f.id)).to.have.members(Object.keys(answers));
    for (const fault of repositorySimulator.faults) {
      const broken = await bench.start(repositorySimulator, { slowMs: 50 }, fault.id);
      answers[fault.id]!(await curl(broken.endpoints.url!, TYPE, mtom()));
    }
  });
});
