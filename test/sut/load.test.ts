import { expect } from 'chai';
import { inspect } from 'node:util';
import type { Programme } from '../../harness/contracts.js';
import { parseSut, YamlError } from '../../harness/sut/load.js';
import { redactSut, resolveSecret } from '../../harness/sut/secret.js';
import { sutTemplate } from '../../harness/sut/template.js';

const sut = `schema: assay-sut/1
product: { vendor: Acme, name: Share, version: "1.0" }
claims:
  - { profile: XDS-I.b, actor: Imaging Document Source, systems: [ids] }
systems:
  ids:
    endpoints:
      dicom: 127.0.0.1:11112
      rad69: http://127.0.0.1:8080/rad69
    oids: { repositoryUniqueId: 1.2.3 }
domain: {}
reach: { advertise: 127.0.0.1 }
`;
const problemsOf = (text: string, programme?: Programme): readonly { line: number; column: number; path: string; expected: string; found: string; remedy: string }[] => {
  try {
    parseSut(text, 'sut.yaml', { programme });
  } catch (error) {
    if (error instanceof YamlError) return error.problems;
    throw error;
  }
  return [];
};
const only = (text: string, programme?: Programme) => {
  const problems = problemsOf(text, programme);
  expect(problems, JSON.stringify(problems)).to.have.length(1);
  return problems[0]!;
};

describe('SUT file', () => {
  it('fills in what may be left out', () => {
    const loaded = parseSut(sut, 'sut.yaml');
    expect(loaded).to.deep.include({ schema: 'assay-sut/1', exclusive: false, timing: {}, secrets: {}, domain: { codes: {}, assigningAuthorities: {} } });
    expect(loaded.claims[0]).to.deep.include({ edition: '', options: [] });
  });

  it('loads the template that a vendor starts from', () => {
    expect(parseSut(sutTemplate, 'sut.yaml').timing).to.deep.equal({ submission: 600_000 });
  });

  it('names syntax errors with line and column', () => {
    expect(only('schema: assay-sut/1\nproduct: { vendor: "Acme\n')).to.include({ expected: 'YAML', line: 3 });
    expect(problemsOf(`${sut}reach: { advertise: a }\n`)[0]).to.include({ line: 13, column: 1 });
  });

  it('names a malformed OID and what is wrong with it', () => {
    expect(only(sut.replace('1.2.3', '1.02.3'))).to.deep.include({ line: 10, column: 33, path: 'systems.ids.oids.repositoryUniqueId', found: '"1.02.3" (the component "02" has a leading zero)' });
    expect(only(sut.replace('1.2.3', '4.2.3')).found).to.contain('first component is 4');
    expect(only(sut.replace('1.2.3', `1.2.${'9'.repeat(70)}`)).found).to.contain('64 are allowed');
    expect(only(sut.replace('1.2.3', '1.2'))).to.include({ found: '1.2', remedy: 'Write it in quotes: "1.2".' });
  });

  it('names host:port and URLs that are none', () => {
    expect(only(sut.replace('127.0.0.1:11112', '127.0.0.1'))).to.deep.include({ line: 8, column: 14, path: 'systems.ids.endpoints.dicom', found: '"127.0.0.1" (the port is missing)' });
    expect(only(sut.replace('127.0.0.1:11112', 'localhost:70000')).found).to.contain('not between 1 and 65535');
    expect(only(sut.replace('127.0.0.1:11112', 'http://localhost:80')).found).to.contain('it is a URL');
    expect(only(sut.replace('http://127.0.0.1:8080/rad69', '127.0.0.1:8080/rad69'))).to.deep.include({ line: 9, found: '"127.0.0.1:8080/rad69" (the scheme is missing)' });
    expect(only(sut.replace('http://127.0.0.1:8080/rad69', 'http://127.0.0.1:80800/rad69')).found).to.contain('cannot be read as a URL');
    expect(only(sut.replace('http://127.0.0.1:8080/rad69', 'ftp://127.0.0.1/x')).found).to.contain('does not start with http:// or https://');
  });

  it('names unknown, missing and misspelt members', () => {
    const misspelt = problemsOf(sut.replace('endpoints:', 'endpoint:'));
    expect(misspelt.map((p) => p.remedy)).to.include('Did you mean "endpoints"?');
    expect(only(sut.replace('reach: { advertise: 127.0.0.1 }', ''))).to.deep.include({ line: 1, column: 1, found: 'nothing', remedy: 'Add "reach:" here.' });
    expect(only(sut.replace('version: "1.0"', 'version: 1.0'))).to.deep.include({ line: 2, found: '1', path: 'product.version' });
  });

  it('holds claims against systems and programme', () => {
    expect(only(sut.replace('systems: [ids]', 'systems: [idss]'))).to.deep.include({ line: 4, path: 'claims.0.systems.0', remedy: 'Did you mean "ids"?' });
    const programme = { id: 'p', actors: { 'Imaging Document Source': { tests: [{ id: 't-1' }] } } } as unknown as Programme;
    expect(only(sut.replace('Imaging Document Source', 'Imaging Document Sauce'), programme).remedy).to.equal('Did you mean "Imaging Document Source"?');
    expect(only(sut.replace('systems: [ids] }', 'systems: [ids], tests: [t-2] }'), programme)).to.deep.include({ path: 'claims.0.tests.0', found: '"t-2"' });
  });

  it('takes durations with units and names what is none', () => {
    expect(parseSut(`${sut}timing: { submission: 90s, answer: 1500 }\n`, 'sut.yaml').timing).to.deep.equal({ submission: 90_000, answer: 1500 });
    expect(only(`${sut}timing: { submission: soon }\n`)).to.deep.include({ line: 13, column: 23, found: '"soon" (it is no duration of at most 24 days)' });
    expect(only(`${sut}timing: { submission: 9999999h }\n`).path).to.equal('timing.submission');
  });

  it('refuses what blows up in memory', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]\n`;
    expect(only(bomb).remedy).to.contain('aliases');
    expect(only('x'.repeat(3_000_000)).found).to.contain('characters');
  });

  it('keeps secrets by reference, resolves them late and never prints them', async () => {
    const loaded = parseSut(`${sut}secrets: { key: { env: ASSAY_TEST_KEY }, pem: { file: keys/ids.pem } }\n`, '/somewhere/sut.yaml');
    expect(loaded.secrets['pem']).to.deep.equal({ file: '/somewhere/keys/ids.pem' });
    const secret = await resolveSecret(loaded, 'key', { ASSAY_TEST_KEY: 'hunter2' });
    expect(secret.reveal()).to.equal('hunter2');
    expect(`${secret}${JSON.stringify({ secret })}${inspect(secret)}`).not.to.contain('hunter2');
    const redacted = redactSut({ ...loaded, systems: { ids: { endpoints: { rad69: 'http://u:pw@h/x?token=abc' } } } });
    expect(JSON.stringify(redacted)).not.to.match(/somewhere|pw|abc/);
    let message = '';
    await resolveSecret(loaded, 'key', {}).catch((error: Error) => (message = error.message));
    expect(message).to.contain('ASSAY_TEST_KEY').and.contain('not set');
  });
});
