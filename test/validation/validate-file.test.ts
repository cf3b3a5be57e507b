import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadCatalogue } from '../../harness/requirements/catalogue.js';
import { packageRoot } from '../../harness/root.js';
import { parseCodes } from '../../harness/validation/file-codes.js';
import { parseTransaction } from '../../harness/validation/file-kind.js';
import { validateFile, type FileResult } from '../../harness/validation/validate-file.js';

const witness = (name: string): Promise<Buffer> => readFile(join(packageRoot, 'test', 'witness', 'cases', 'share-ct-study', name));
const summary = ({ kind, transaction, verdict }: FileResult): string => `${kind}, ${transaction ?? 'none'}: ${verdict}`;

describe('validate: a file', () => {
  let validate: (file: string, bytes: Uint8Array, transaction?: string) => Promise<FileResult>;
  before(async () => {
    const { entries: catalogue } = await loadCatalogue();
    validate = (file, bytes, transaction) => validateFile(file, bytes, { catalogue, ...(transaction !== undefined && { transaction }) });
  });

  it('is recognised by its bytes, and judged as whoever sends it', async () => {
    expect(summary(await validate('a', await witness('rad-68.request.http')))).to.equal('MTOM capture, RAD-68: pass');
    expect(summary(await validate('b', await witness('rad-69.response.http')))).to.equal('MTOM capture, RAD-69 response: pass');
    expect(summary(await validate('c', await witness('rad-69.request.http')))).to.match(/^MTOM capture, RAD-69: (pass|warning)$/);
    expect(summary(await validate('d', Buffer.from('hello')))).to.equal('unknown, none: not exercised');
    expect(summary(await validate('e', new Uint8Array(0)))).to.equal('unknown, none: not exercised');
  });

  it('gives each finding its place', async () => {
    const text = (await witness('rad-68.request.http')).toString('latin1').replace('<rim:Slot name="creationTime">', '<rim:Name/><rim:Slot name="creationTime">');
    const { verdict, findings } = await validate('f', Buffer.from(text, 'latin1'));
    expect(verdict).to.equal('fail');
    const finding = findings.find(({ requirement }) => requirement === 'ASY-SOAP-019');
    expect(finding).to.include({ level: 'SHALL', verdict: 'fail' });
    expect(finding?.location?.path).to.match(/ExtrinsicObject\/Slot/);
    expect(text.slice(finding?.location?.offset).startsWith('<rim:Slot name="creationTime">')).to.equal(true);
    expect(finding?.location?.line).to.equal(text.slice(0, finding?.location?.offset).split('\n').length);
  });

  it('takes a multipart body without its HTTP head, and bare metadata', async () => {
    const raw = await witness('rad-68.request.http');
    const body = raw.subarray(raw.indexOf('\r\n\r\n') + 4);
    expect(summary(await validate('g', body))).to.equal('MTOM capture, RAD-68: pass');
    const metadata = /<lcm:SubmitObjectsRequest[\s\S]*<\/lcm:SubmitObjectsRequest>/.exec(raw.toString('latin1'))?.[0] ?? '';
    const { kind, transaction, findings } = await validate('h', Buffer.from(metadata, 'latin1'));
    expect(`${kind}, ${transaction}`).to.equal('metadata, ITI-42');
    expect(findings.filter(({ requirement }) => /SOAP|MTOM/.test(requirement))).to.deep.equal([]);
  });

  it('is judged as the transaction that is named', async () => {
    expect((await validate('i', await witness('rad-68.request.http'), 'ITI-41')).transaction).to.equal('ITI-41');
    expect(parseTransaction('ITI-41 (XDR) response')).to.deep.equal({ transaction: 'ITI-41', direction: 'response' });
    expect(() => parseTransaction('!')).to.throw(/names no transaction/);
  });

  it('survives hostile content, with a finding', async () => {
    const deep = `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`;
    const soap = (inside: string): string => `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>${inside}</s:Body></s:Envelope>`;
    expect((await validate('j', Buffer.from(soap(deep)))).verdict).to.be.oneOf(['fail', 'inconclusive']);
    expect((await validate('k', Buffer.from(`<!DOCTYPE x [<!ENTITY a "b">]>${soap('&a;')}`))).findings.map(({ requirement }) => requirement)).to.include('ASY-SOAP-026');
    expect((await validate('l', Buffer.from('<a'))).verdict).to.be.oneOf(['fail', 'inconclusive']);
    const kos = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), Buffer.from('1.2.840.10008.5.1.4.1.1.88.59'), Buffer.alloc(64, 0xff)]);
    expect((await validate('m', kos)).findings.filter(({ verdict }) => verdict === 'error')).to.deep.equal([]);
  });

  it('reads code sets as affinity domains share them', () => {
    const { codes } = parseCodes(Buffer.from('<Codes><CodeType name="classCode"><Code code="a" codingScheme="1.2" display="A"/></CodeType></Codes>'));
    expect(codes).to.deep.equal({ classCode: [{ code: 'a', system: '1.2', display: 'A' }] });
    expect(() => parseCodes(Buffer.from('nonsense'))).to.throw(/neither JSON nor XML/);
  });
});

interface Entry {
  file: string;
  transaction: string;
  expect: 'valid' | 'invalid' | 'warning';
  layer: string;
}

/** What each invalid message of the corpus must be found guilty of, as far as checks decide it today. */
const guilty: Record<string, string> = {
  'iti41/document-without-entry.xml': 'ITI41-1',
  'iti41/wrong-size-2.xml': 'ASY-META-058',
  'iti41/xdr-limited-metadata-not-labelled.xml': 'ASY-META-004',
  'iti41/xdr-minimal-level-no-mimetype.xml': 'ASY-META-013',
  'iti42/missing-classCode.xml': 'ASY-META-004',
  'iti42/missing-confidentialityCode.xml': 'ASY-META-009',
  'iti42/missing-typeCode.xml': 'ASY-META-005',
  'iti42/one-entry-without-repositoryUniqueId.xml': 'ASY-META-034',
  'rad68/kos-uniqueid-differs-from-sop-instance-uid.xml': 'ASY-RAD68-001',
  'rad69/response-failure-without-errors.xml': 'ASY-META-065',
  'soap/pnr-association-to-itself.xml': 'ASY-META-075',
  'soap/soap-pnr-without-action.xml': 'ASY-SOAP-004',
  'soap/soap-pnr-element-order.xml': 'ASY-SOAP-019',
  'soap/soap-empty-body.xml': 'ASY-SOAP-017',
};

describe('validate: the corpus of messages with known verdicts', () => {
  const root = [join(packageRoot, '..', 'shared', 'corpus'), join(packageRoot, '..', '..', 'shared', 'corpus')].find((folder) => existsSync(folder));
  const folders = new Set(['soap', 'mtom', 'rad68', 'rad69', 'iti41', 'iti42', 'iti43', 'dicom']);

  it('is judged as it deserves', async function () {
    if (!root) this.skip();
    const { entries: catalogue } = await loadCatalogue();
    const codes = parseCodes(await readFile(join(root, 'context', 'codes.xml')));
    const entries = (JSON.parse(await readFile(join(root, 'manifest.json'), 'utf8')) as (Entry & Record<string, unknown>)[]).filter(({ file }) => folders.has(file.split('/')[0] ?? ''));
    expect(entries.length).to.be.greaterThan(15);
    const wrong: string[] = [];
    for (const entry of entries) {
      const outside = entry['codes outside context/codes.xml'] !== undefined;
      const { verdict, findings } = await validateFile(entry.file, await readFile(join(root, entry.file)), { catalogue, transaction: entry.transaction, ...(!outside && { codes }) });
      const failed = findings.filter((finding) => finding.verdict === 'fail' || finding.verdict === 'error');
      const names = failed.map(({ requirement, message }) => `${requirement} (${message})`).join(', ');
      if (failed.some((finding) => finding.verdict === 'error')) wrong.push(`${entry.file}: Assay's own error: ${names}`);
      if (entry.expect === 'valid' && failed.length > 0) wrong.push(`${entry.file} is valid, but ${verdict}: ${names}`);
      const rule = guilty[entry.file];
      if (rule && !failed.some(({ requirement }) => requirement === rule)) wrong.push(`${entry.file} breaks ${rule}, found: ${names || 'nothing'}`);
    }
    expect(wrong).to.deep.equal([]);
  });
});
