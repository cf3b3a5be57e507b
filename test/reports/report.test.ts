import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { sealPack, listFiles } from '../../reports/pack/seal.js';
import { verifyPack } from '../../reports/pack/verify.js';
import { findBrowser } from '../../reports/pdf/browser.js';
import { demoSigningKey, makeSelfSigned, loadSigningKey, parseCertificates, type SigningKey } from '../../reports/signing/key.js';
import { renderHtml } from '../../reports/html/render.js';
import { writeReport } from '../../reports/write.js';
import { HOSTILE, sampleModel } from './model.js';

const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
const shell = (folder: string, ...args: string[]): { status: number | null; out: string } => {
  const { status, stdout, stderr } = spawnSync('sh', [join(folder, 'verify.sh'), ...args], { encoding: 'utf8' });
  return { status, out: stdout + stderr };
};

describe('report and pack', () => {
  let base: string;
  let pack: string;
  let key: SigningKey;
  let anchor: string;
  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'assay-report-'));
    const made = await makeSelfSigned('Laboratory of the tests');
    await writeFile(join(base, 'key.pem'), made.keyPem);
    await writeFile((anchor = join(base, 'certificate.pem')), made.certificatePem);
    key = await loadSigningKey(join(base, 'key.pem'), anchor);
    pack = join(base, 'pack');
    await mkdir(join(pack, 'evidence'), { recursive: true });
    const { createHash } = await import('node:crypto');
    for (const text of ['first message', 'second message']) await writeFile(join(pack, 'evidence', createHash('sha256').update(text).digest('hex')), text);
    await writeFile(join(pack, 'events.jsonl'), '{"seq":1}\n');
    await writeReport(pack, sampleModel(), key, { pdf: Boolean(await findBrowser()) });
  });
  after(() => rm(base, { recursive: true, force: true }));

  const copy = async (name: string): Promise<string> => {
    await cp(pack, join(base, name), { recursive: true });
    return join(base, name);
  };

  it('escapes whatever came from a peer', async () => {
    const html = await readFile(join(pack, 'report.html'), 'utf8');
    expect(html).not.to.contain('<script');
    expect(html).to.contain('&lt;script&gt;');
    expect(await readFile(join(pack, 'junit.xml'), 'utf8')).not.to.contain('<script');
    expect(HOSTILE).to.contain('<script');
  });

  it('has an anchor for each link inside the page', async () => {
    const html = await readFile(join(pack, 'report.html'), 'utf8');
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]));
    const links = [...html.matchAll(/href="#([^"]+)"/g)].map((m) => m[1]);
    expect(links.length).to.be.greaterThan(10);
    expect(links.filter((l) => !ids.has(l))).to.deep.equal([]);
  });

  it('shows findings that are alike once, with each place, and names what was open by its reason', async () => {
    const model = sampleModel();
    const failed = model.requirements.find(({ verdict }) => verdict === 'fail')!;
    const [first] = failed.findings;
    failed.findings.push({ ...first!, expected: 'another thing' }, { ...first!, at: { ...first!.at!, line: 99, offset: 900 } });
    for (const id of ['OPEN-1', 'OPEN-2']) model.requirements.push({ id, level: 'SHALL', mandatory: true, verdict: 'not exercised', why: 'no RAD-69 message came', findings: [] });
    const html = await renderHtml(model, { subject: 'CN=x', fingerprint: '00', origin: 'configured' });
    expect(html.split(`<a href="#${failed.id}">`)).to.have.length(2);
    expect(html).to.contain('The same at 2 more').and.contain('expected another thing; the same place').and.contain('line 99, column 5, byte 900');
    expect(html.split('<td class="why">no RAD-69 message came</td>')).to.have.length(2);
    expect(html).to.contain('RAD-68, request of the system under test');
  });

  it('is well-formed JUnit', function () {
    if (!has('xmllint')) this.skip();
    expect(spawnSync('xmllint', ['--noout', join(pack, 'junit.xml')]).status).to.equal(0);
  });

  it('is valid for who trusts the signer, and intact for who does not', async () => {
    expect(await verifyPack(pack, parseCertificates(await readFile(anchor, 'utf8')))).to.include({ verdict: 'valid' });
    expect(await verifyPack(pack)).to.include({ verdict: 'intact, signer unknown' });
  });

  it('is verified by openssl, sha256sum and pdfsig alone', function () {
    if (!has('openssl') || !has('sha256sum')) this.skip();
    const trusted = shell(pack, anchor);
    expect(trusted.out).to.contain('VALID');
    expect(trusted.status).to.equal(0);
    expect(shell(pack).status).to.equal(2);
  });

  it('finds one flipped byte in every file', async function () {
    this.timeout(60_000);
    const altered = await copy('flipped');
    for (const file of await listFiles(altered)) {
      const bytes = await readFile(join(altered, file));
      for (const where of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
        const flipped = Buffer.from(bytes);
        flipped[where] = (flipped[where] ?? 0) ^ 1;
        await writeFile(join(altered, file), flipped);
        const verdict = await verifyPack(altered, key.chain);
        expect(verdict.verdict, `${file} byte ${where}`).to.equal('altered');
        expect(verdict.problems.join(), file).to.contain(file);
      }
      await writeFile(join(altered, file), bytes);
    }
    expect((await verifyPack(altered, key.chain)).verdict).to.equal('valid');
  });

  it('finds a flipped byte by the shell script too', async function () {
    this.timeout(60_000);
    if (!has('openssl')) this.skip();
    const altered = await copy('flipped-shell');
    expect(shell(altered, anchor).status, 'unaltered').to.equal(0);
    for (const file of (await listFiles(altered)).filter((f) => f !== 'verify.sh')) {
      const bytes = await readFile(join(altered, file));
      const flipped = Buffer.from(bytes);
      flipped[Math.floor(bytes.length / 2)] = (flipped[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
      await writeFile(join(altered, file), flipped);
      expect(shell(altered, anchor).status, file).to.equal(1);
      await writeFile(join(altered, file), bytes);
    }
  });

  it('finds a file that was added, and one that is missing', async () => {
    const altered = await copy('added');
    await writeFile(join(altered, 'evidence', 'x'), 'more');
    expect((await verifyPack(altered, key.chain)).problems.join()).to.contain('evidence/x');
    await rm(join(altered, 'evidence', 'x'));
    await rm(join(altered, 'events.jsonl'));
    expect((await verifyPack(altered, key.chain)).problems.join()).to.contain('events.jsonl: missing');
  });

  it('calls a pack that was altered and signed anew by another key intact, signer unknown', async () => {
    const forged = await copy('forged');
    await rm(join(forged, 'report.pdf'), { force: true });
    const json = (await readFile(join(forged, 'report.json'), 'utf8')).replace('does not conform', 'conforms');
    await writeFile(join(forged, 'report.json'), json);
    await sealPack(forged, sampleModel(), await demoSigningKey(join(base, 'other')));
    expect((await verifyPack(forged, key.chain)).verdict).to.equal('intact, signer unknown');
    if (has('openssl')) expect(shell(forged, anchor).status).to.equal(2);
  });

  it('does not trust an expired certificate', async () => {
    const old = await makeSelfSigned('Expired', new Date(Date.now() - 1000));
    await writeFile(join(base, 'old-key.pem'), old.keyPem);
    await writeFile(join(base, 'old.pem'), old.certificatePem);
    const expired = await loadSigningKey(join(base, 'old-key.pem'), join(base, 'old.pem'));
    const altered = await copy('expired');
    await rm(join(altered, 'report.pdf'), { force: true });
    await sealPack(altered, sampleModel(), expired);
    const verdict = await verifyPack(altered, expired.chain);
    expect(verdict.verdict).to.equal('intact, signer unknown');
    expect(verdict.problems.join()).to.contain('expired');
  });

  it('has a PDF that pdfsig calls valid and wholly signed, with the data attached', async function () {
    if (!has('pdfsig') || !(await findBrowser())) this.skip();
    const { stdout } = spawnSync('pdfsig', [join(pack, 'report.pdf')], { encoding: 'utf8' });
    expect(stdout).to.contain('Signature is Valid').and.contain('Total document signed').and.contain('ETSI.CAdES.detached');
    const appended = await copy('appended');
    await writeFile(join(appended, 'report.pdf'), '%more', { flag: 'a' });
    expect((await verifyPack(appended, key.chain)).problems.join()).to.contain('bytes were appended');
    spawnSync('pdfdetach', ['-saveall', '-o', base, join(pack, 'report.pdf')]);
    expect(await readFile(join(base, 'report.json'))).to.deep.equal(await readFile(join(pack, 'report.json')));
  });
});
