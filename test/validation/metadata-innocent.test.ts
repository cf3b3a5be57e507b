/** What products do rightly in other ways than the conformant case: none of it may be held against them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadCatalogue } from '../../harness/requirements/catalogue.js';
import { validateFile } from '../../harness/validation/validate-file.js';
import { edited, verdicts, violations } from './imaging-record.js';
import type { Edit } from '../witness/mutator.mjs';

const METADATA = /META-|ITI41|RAD68|ISV-009/;
/** Requirements on the manifest as an object, and on RAD-69, where an edited study is another one. */
const OF_THE_MANIFEST = /^RAD68-00\d$|^ASY-RAD68-0(01|13|15|16)$/;
const ENTRY = 'urn:uuid:c019f48c-094d-59cf-ab29-76d72c6bbe51';
const SET = 'urn:uuid:4adea963-6558-5aec-8325-cc0b99003064';
const HAS_MEMBER = 'urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember';
const OUTSIDE = 'urn:uuid:6e1f2a3b-4c5d-4e6f-8a7b-9c0d1e2f3a4b';
const END = '</rim:RegistryObjectList>';

const request = (edit: Record<string, unknown>): Edit => ({ in: 'rad-68.request', ...edit });
const swap = (replace: string, by: string, nth = 1): Edit => request({ replace, with: by, nth });
const without = (start: string, through: string): Edit => request({ delete: start, through });
const insert = (text: string, before: string): Edit => request({ insert: text, before });
const slot = (name: string, ...values: string[]): string => `<rim:Slot name="${name}"><rim:ValueList>${values.map((value) => `<rim:Value>${value}</rim:Value>`).join('')}</rim:ValueList></rim:Slot>`;
const code = (id: string, scheme: string, object: string, value: string, system: string, display: string): string =>
  `<rim:Classification id="${id}" classificationScheme="urn:uuid:${scheme}" classifiedObject="${object}" nodeRepresentation="${value}">${slot('codingScheme', system)}<rim:Name><rim:LocalizedString value="${display}"/></rim:Name></rim:Classification>`;
const association = (id: string, type: string, source: string, target: string, inside = ''): string =>
  `<rim:Association id="${id}" associationType="${type}" sourceObject="${source}" targetObject="${target}">${inside}</rim:Association>`;
const identifier = (id: string, object: string, scheme: string, value: string, name: string): string =>
  `<rim:ExternalIdentifier id="${id}" registryObject="${object}" identificationScheme="urn:uuid:${scheme}" value="${value}"><rim:Name><rim:LocalizedString value="${name}"/></rim:Name></rim:ExternalIdentifier>`;
const everywhere = (edit: Record<string, unknown>): Edit[] => [1, 2, 3].map((image) => ({ in: `study/series-1-image-${image}.dcm`, ...edit })).concat([1, 2].map((image) => ({ in: `study/series-2-image-${image}.dcm`, ...edit })));

const folder =
  `<rim:RegistryPackage id="Folder01">${slot('lastUpdateTime', '20250312')}<rim:Name><rim:LocalizedString value="Head"/></rim:Name>` +
  `<rim:Classification id="f1" classificationNode="urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2" classifiedObject="Folder01"/>` +
  identifier('f2', 'Folder01', 'f64ffdf0-4b97-4e06-b79f-a52b38ec2f8a', 'AD-33871^^^&amp;1.3.6.1.4.1.21367.2005.13.20.1000&amp;ISO', 'XDSFolder.patientId') +
  identifier('f3', 'Folder01', '75df8f67-9973-4fbe-a900-df66cefecc5a', '2.25.77', 'XDSFolder.uniqueId') +
  `</rim:RegistryPackage>`;

const innocent: Record<string, Edit[]> = {
  'hash in upper case': [swap('<rim:Value>d7d2bdc29a5605aba6684fca93b1bf620e1fbb27', '<rim:Value>D7D2BDC29A5605ABA6684FCA93B1BF620E1FBB27')],
  'neither hash, size, title nor sourcePatientInfo': ['hash', 'size', 'sourcePatientInfo'].map((name) => without(`<rim:Slot name="${name}">`, '</rim:Slot>')).concat([without('<rim:Name>\n              <rim:LocalizedString value="Manifest', '</rim:Name>')]),
  'no authors': [without('<rim:Classification id="urn:uuid:f49d1f7e', '</rim:Classification>'), without('<rim:Classification id="urn:uuid:72a239d8', '</rim:Classification>')],
  'two confidentiality codes of the domain': [
    insert(code('c2', 'f4f85eac-e6cb-4883-b524-f2705394840f', ENTRY, 'N', '2.16.840.1.113883.5.25', 'normal'), '<rim:Classification id="urn:uuid:029dc468'),
    { case: { sut: { domain: { codes: { confidentialityCode: [{ code: 'N', system: '2.16.840.1.113883.5.25' }, { code: 'R', system: '2.16.840.1.113883.5.25' }] } } } } },
  ],
  'a Folder with the entry in it': [
    insert(folder, '<rim:Association '),
    insert(association('a2', HAS_MEMBER, SET, 'Folder01') + association('a3', HAS_MEMBER, 'Folder01', ENTRY) + association('a4', HAS_MEMBER, SET, 'a3'), END),
  ],
  'the entry goes into a Folder that is registered': [insert(association('a2', HAS_MEMBER, OUTSIDE, ENTRY) + association('a3', HAS_MEMBER, SET, 'a2'), END)],
  'an entry of before is included by reference': [insert(association('a2', HAS_MEMBER, SET, OUTSIDE, slot('SubmissionSetStatus', 'Reference')), END)],
  'a replacement, documented': [
    insert(association('a2', 'urn:ihe:iti:2007:AssociationType:RPLC', ENTRY, OUTSIDE, code('a3', 'abd807a3-4432-4053-87b4-fd82c643d1f3', 'a2', 'Corrected_Information', '1.3.6.1.4.1.21367.2017.3', 'Corrected')), END),
  ],
  'the label of the SubmissionSet inside it': [
    without('<rim:Classification id="urn:uuid:7173cfb0', '/>'),
    request({ insert: `<rim:Classification id="l1" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd" classifiedObject="${SET}"/>`, before: '<rim:Classification id="urn:uuid:72a239d8' }),
  ],
  'times to the day': [swap('<rim:Value>20250312023000<', '<rim:Value>20250312<'), swap('<rim:Value>20250312023501<', '<rim:Value>20250312<'), swap('<rim:Value>20250312030510<', '<rim:Value>20250312<'), swap('<rim:Value>20250312030510<', '<rim:Value>202503120305<')],
  'designators for coding schemes, the region as SNOMED-RT identifier': [swap('<rim:Value>1.2.840.10008.2.16.4<', '<rim:Value>DCM<'), swap('nodeRepresentation="69536005"', 'nodeRepresentation="T-D1100"'), swap('<rim:Value>2.16.840.1.113883.6.96<', '<rim:Value>SRT<')],
  'policy and procedure codes among the event codes': [
    insert(code('e1', '2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4', ENTRY, 'urn:example:policy', '1.3.6.1.4.1.21367.2017.3', 'Policy') + code('e2', '2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4', ENTRY, '24725-4', '2.16.840.1.113883.6.1', 'CT Head'), '<rim:Classification id="urn:uuid:1405902a'),
  ],
  'a series of presentation states in the study': [1, 2].map((image) => ({ in: `study/series-2-image-${image}.dcm`, dicomSet: '(0008,0060)', value: 'PR' })),
  'typeCode as the domain maps the procedure': [
    swap('nodeRepresentation="24725-4"', 'nodeRepresentation="18748-4"'),
    { case: { sut: { domain: { codes: { typeCode: [{ code: '18748-4', system: '2.16.840.1.113883.6.1' }] } } } } },
  ],
  'a private scheme of procedure codes, named by the OID of the site': [...everywhere({ dicomSet: '(0008,1032)[1].(0008,0102)', value: '99SITE' }), swap('<rim:Value>2.16.840.1.113883.6.1<', '<rim:Value>2.25.4711<')],
  'the region in Body Part Examined alone': everywhere({ dicomDelete: '(0008,2218)' }),
  'an organisation by name alone, one by number and authority': [swap('Shoreline Imaging^^^^^^^^^2.25.240915537281640063518027793350162940856', 'Shoreline Imaging'), swap('Shoreline Imaging^^^^^^^^^2.25.240915537281640063518027793350162940856', 'Shoreline Imaging^^^^^&amp;2.25.240915537281640063518027793350162940856&amp;ISO^^^^45')],
  'an author that is a program, without identifier': [swap('4711^Okafor^Ngozi^^^Dr^^^&amp;2.25.88172640951733920417365528190044617283&amp;ISO', '^Gateway 3')],
  'a name with repetition, and several PID-3': [swap('<rim:Value>PID-5|', '<rim:Value>PID-5|YAMADA^TAROU^^^^^L^P~'), insert('<rim:Value>PID-3|77^^^&amp;2.25.7&amp;ISO~78^^^&amp;2.25.8&amp;ISO</rim:Value>', '<rim:Value>PID-7|')],
  'a further reference, the accession in a CXi with namespace and OID': [swap('ACC-77120^^^&amp;', 'ACC-77120^^^SHORE&amp;'), insert('<rim:Value>RP-5512^^^&amp;2.25.9&amp;ISO^urn:ihe:iti:xds:2013:order</rim:Value>', '<rim:Value>2.25.106093155030153073817586297179633287729^^^^')],
  'repositoryUniqueId, availabilityStatus and a logical id': [insert(slot('repositoryUniqueId', '1.3.6.1.4.1.21367.13.80.101'), '<rim:Slot name="serviceStartTime">'), swap('mimeType="application/dicom"', `mimeType="application/dicom" lid="${ENTRY}" status="urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"`)],
  'a media type with a parameter': [swap('mimeType="application/dicom"', 'mimeType="application/dicom; transfer-syntax=1.2.840.10008.1.2.1"')],
};

describe('metadata in other right ways', () => {
  for (const [what, edits] of Object.entries(innocent)) {
    it(what, async () => {
      expect((await violations(await edited(edits), METADATA)).filter((id) => !OF_THE_MANIFEST.test(id))).to.deep.equal([]);
    });
  }

  it('a domain that prescribes nothing leaves what it could prescribe not applicable', async () => {
    const nothing = { case: { sut: { domain: { codes: { classCode: [], confidentialityCode: [], healthcareFacilityTypeCode: [], practiceSettingCode: [] } } } } } as unknown as Edit;
    const all = await verdicts(await edited([nothing]), /^ASY-RAD68-01[789]$/);
    expect(all).to.deep.equal({ 'ASY-RAD68-017': 'not applicable', 'ASY-RAD68-018': 'not applicable', 'ASY-RAD68-019': 'not applicable' });
  });
});

describe('metadata that cannot be compared', () => {
  const STUDY = /^(RAD68-019|ASY-RAD68-(002|004|005|006|014|032))$/;

  it('without a delivered study, what the study says is not exercised, never passed', async () => {
    const record = await edited([]);
    for (const attempt of record.attempts) Object.assign(attempt.facts, { delivered: [] });
    expect([...new Set(Object.values(await verdicts(record, STUDY)))]).to.deep.equal(['not exercised']);
  });

  it('without a mapping of the patient, whose images they are is not exercised', async () => {
    const record = await edited([]);
    for (const attempt of record.attempts) delete attempt.facts.given.patient;
    expect(await verdicts(record, /^(ASY-RAD68-008|ISV-009)$/)).to.deep.equal({ 'ASY-RAD68-008': 'not exercised', 'ISV-009': 'not exercised' });
  });

  it('a study without accession number exercises no reference to one', async () => {
    const record = await edited([...everywhere({ dicomSet: '(0008,0050)', value: '' }), ...everywhere({ dicomSet: '(0040,0275)[1].(0008,0050)', value: '' })]);
    expect(await verdicts(record, /^ASY-RAD68-003$/)).to.deep.equal({ 'ASY-RAD68-003': 'not exercised' });
  });

  it('a region that no table here knows is inconclusive', async () => {
    const edits = [...everywhere({ dicomSet: '(0008,2218)[1].(0008,0100)', value: '999999' }), ...everywhere({ dicomSet: '(0018,0015)', value: 'KOPF' })];
    expect(await verdicts(await edited(edits), /^ASY-RAD68-00[45]$/)).to.deep.equal({ 'ASY-RAD68-004': 'inconclusive', 'ASY-RAD68-005': 'inconclusive' });
  });

  it('where the XML breaks off, nothing is held against the metadata', async () => {
    const record = await edited([request({ delete: '<rim:RegistryPackage ' })]);
    expect(await violations(record, /META-|ITI41/)).to.deep.equal([]);
    expect(Object.values(await verdicts(record, /^ASY-META-0(37|41|49)$/))).to.deep.equal(['inconclusive', 'inconclusive', 'inconclusive']);
  });
});

describe('real submissions with known verdicts', function () {
  const corpus = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus');
  const known: Record<string, string> = {
    'iti42/missing-classCode.xml': 'ASY-META-004',
    'iti42/missing-typeCode.xml': 'ASY-META-005',
    'iti42/missing-confidentialityCode.xml': 'ASY-META-009',
    'iti42/one-entry-without-repositoryUniqueId.xml': 'ASY-META-034',
    'iti41/wrong-size-2.xml': 'ASY-META-058',
    'iti41/document-without-entry.xml': 'ITI41-1',
    'iti41/xdr-minimal-level-no-mimetype.xml': 'ASY-META-013',
    'soap/pnr-association-to-itself.xml': 'ASY-META-075',
    'soap/soap-pnr-without-action.xml': 'ASY-ITI41-001',
  };
  before(function () {
    if (!existsSync(corpus)) this.skip();
  });

  it('valid ones fail nothing, invalid ones what they break', async () => {
    const { entries: catalogue } = await loadCatalogue();
    const entries = JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as { file: string; transaction: string; expect: string }[];
    const wrong: string[] = [];
    for (const { file, transaction, expect: expected } of entries.filter((entry) => /^(rad68|iti41|iti42|soap|mtom)\//.test(entry.file))) {
      const { findings } = await validateFile(file, readFileSync(join(corpus, file)), { catalogue, transaction });
      const failed = findings.filter(({ verdict, requirement }) => verdict !== 'warning' && METADATA.test(requirement)).map(({ requirement }) => requirement);
      if (expected !== 'invalid' && failed.length > 0) wrong.push(`${file} is ${expected}, but fails ${failed.join(', ')}`);
      if (known[file] && !failed.includes(known[file])) wrong.push(`${file} breaks ${known[file]}, found ${failed.join(', ') || 'nothing'}`);
    }
    expect(wrong).to.deep.equal([]);
  });
});
