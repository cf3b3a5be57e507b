/** The command line as a user meets it: child processes, words, exit codes, files. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Judgement, ReportModel } from '../../harness/contracts.js';
import type { Command } from '../../harness/cli/command.js';
import { dataFile } from '../../harness/root.js';
import { sutTemplate } from '../../harness/sut/template.js';

const main = dataFile('harness', 'cli', 'main.ts');
const words = (...args: string[]): string[] => ['--import', 'tsx', main, ...args];
const environment = { ...process.env, ASSAY_LOG: 'silent' };

function assay(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, words(...args), { encoding: 'utf8', env: environment, cwd: dataFile('.'), maxBuffer: 64 << 20 });
  return { code: status, out: stdout, err: stderr };
}
const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;

describe('command line', function () {
  this.timeout(90_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
    await writeFile(join(folder, 'sut.yaml'), sutTemplate);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('explains itself and each command', async () => {
    const { out, code } = assay('--help');
    expect(code).to.equal(0);
    const files = await readdir(dataFile('harness', 'cli', 'commands'));
    const commands = await Promise.all(files.map(async (file) => ((await import(dataFile('harness', 'cli', 'commands', file))) as { command: Command }).command));
    expect(commands.map((c) => c.name)).to.include.members(['demo', 'list', 'preflight', 'run', 'judge', 'simulate', 'validate', 'verify', 'report', 'fixtures', 'coverage', 'doctor']);
    for (const { name, summary, help, options } of commands) {
      expect(out).to.contain(`  ${name}`).and.contain(summary);
      for (const option of Object.keys(options).filter((o) => o !== 'json')) expect(help, `${name} --${option}`).to.contain(`--${option}`);
    }
    const one = assay('verify', '--help');
    expect(one.code).to.equal(0);
    expect(one.out).to.contain('assay verify PACK…').and.contain('--trust');
  });

  it('tells wrong usage (64) from a wrong set-up (3)', async () => {
    expect(assay('verfy').code).to.equal(64);
    expect(assay('run', '--colour').code).to.equal(64);
    expect(assay('demo', '--fault', 'no-such-fault').code).to.equal(64);
    expect(assay('judge', folder)).to.include({ code: 3 });
    const broken = join(folder, 'broken.yaml');
await writeFile(broken, sutTemplate.replace('actor: Imaging Document Source', 'actor: Imaging Document Sauce'));
    const run = assay('run', 'xds-i/ids/share-ct-study', '--sut', broken);
    expect(run.code).to.equal(3);
    expect(run.err).to.match(/broken\.yaml:\d+:\d+: claims\.0\.actor: expected an actor/).and.contain('Imaging Document Source');
    expect(run.err).not.to.contain('    at ');
  });

  it('says that a port is in use, and what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { code, err } = assay('simulate', 'document-registry', '--port', String((server.address() as { port: number }).port));
    server.close();
    expect(code).to.equal(3);
    expect(err).to.contain('is in use').and.contain('choose another port');
  });

  it('says what is wrong with a scenario of the user', async () => {
    const own = join(folder, 'scenarios', 'mine');
    const { mkdir } = await import('node:fs/promises');
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'odd.yaml'), 'title: Odd\nprofile: XDS-I.b\nactorUnderTest: Imaging Document Source\ntransactions: [RAD-68]\nsimulators: []\nsteps:\n  - delivr: { study: "${study}" }\nexercises: []\n');
    const { code, err } = assay('run', 'mine/odd', '--scenarios', join(folder, 'scenarios'), '--sut', join(folder, 'sut.yaml'));
    expect(code).to.equal(3);
    expect(err).to.match(/odd\.yaml:7:\d+/).and.contain('delivr').and.contain('deliver');
  });

  it('lists scenarios and faults in a shape that stays', () => {
    const listed = JSON.parse(assay('list', '--json').out) as { scenarios: Record<string, unknown>[]; faults: Record<string, unknown>[] };
    expect(listed.scenarios[0]).to.include.keys('address', 'title', 'actor', 'profile', 'transactions', 'covers');
    expect(listed.faults.length).to.be.greaterThan(25);
    for (const fault of listed.faults) expect(fault).to.include.keys('name', 'actor', 'breaks', 'alsoBreaks', 'hides', 'expectedExit');
  });

  it('validates many files in one process, one JSON line each', () => {
    const bytes = dataFile('test', 'witness', 'cases', 'share-ct-study');
    const { out, code } = assay('validate', '--json', join(bytes, 'rad-68.request.http'), join(bytes, 'rad-69.response.http'));
    expect(code).to.equal(0);
    const lines = out.trim().split('\n').map((line) => JSON.parse(line) as { file: string; kind: string; transaction: string; verdict: string; findings: Record<string, unknown>[] });
    expect(lines.map((l) => l.verdict)).to.deep.equal(['pass', 'pass']);
    expect(lines[0]?.transaction).to.equal('RAD-68');
    for (const line of lines) for (const finding of line.findings) expect(finding).to.include.keys('requirement', 'level', 'verdict', 'message');
  });

  describe('demo', () => {
    let run: string;
    let report: { run: string; overall: string; exit: number; html: string; pdf?: string };
    before(() => {
      const { out, code } = assay('demo', '--json', '--out', join(folder, 'runs'));
      const lines = out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
      report = lines.at(-1) as typeof report;
      run = report.run;
      expect(code).to.equal(0);
      expect(lines.length).to.be.greaterThan(20);
    });

    it('conforms, and names report and verdict in its last line', () => {
      expect(report).to.include({ type: 'report', overall: 'conforms', exit: 0 });
    });

    it('is judged again to the same verdicts, also after the evidence was moved', async () => {
      const again = JSON.parse(assay('judge', run, '--json').out) as Judgement;
      const written = JSON.parse(await readFile(join(run, 'report.json'), 'utf8')) as ReportModel;
      expect(again.requirements).to.deep.equal(written.requirements);
      expect(again.overall).to.equal('conforms');
    });

    it('has every byte of evidence that its events name, and nothing unnamed', async () => {
      const events = await readFile(join(run, 'events.jsonl'), 'utf8');
      const stored = (await readdir(join(run, 'evidence'), { withFileTypes: true })).filter((e) => e.isFile()).map((e) => e.name);
      expect(stored.length).to.be.greaterThan(10);
      for (const name of stored) expect(events, name).to.contain(name);
      for (const [, sha] of events.matchAll(/"sha256":"([0-9a-f]{64})"/g)) expect(stored).to.include(sha);
    });

    it('verifies, with Assay and without', function () {
      expect(assay('verify', run, '--trust', join(run, 'signer.pem')).code).to.equal(0);
      expect(assay('verify', run).code).to.equal(2);
      if (!has('openssl')) this.skip();
      expect(spawnSync('sh', [join(run, 'verify.sh'), join(run, 'signer.pem')]).status).to.equal(0);
    });

    it('writes its report anew, which names the one it supersedes', async () => {
      const before = JSON.parse(await readFile(join(run, 'report.json'), 'utf8')) as ReportModel;
      expect(assay('report', run, '--no-pdf').code).to.equal(0);
      expect(JSON.parse(await readFile(join(run, 'report.json'), 'utf8'))).to.include({ supersedes: before.id });
      expect(assay('verify', run, '--trust', join(run, 'signer.pem')).code).to.equal(0);
    });
  });

  it('makes all but the PDF without a browser, and says how to get one', async () => {
    const child = spawnSync(process.execPath, words('demo', '--out', join(folder, 'no-browser')), { encoding: 'utf8', env: { ...environment, PUPPETEER_EXECUTABLE_PATH: join(folder, 'nothing-here') }, cwd: dataFile('.') });
    expect(child.status).to.equal(0);
    expect(child.stdout).to.contain('PUPPETEER_EXECUTABLE_PATH').and.contain('--install-browser');
    const [run = ''] = await readdir(join(folder, 'no-browser'));
    const files = await readdir(join(folder, 'no-browser', run));
    expect(files).to.include.members(['report.html', 'junit.xml', 'ctrf.json', 'manifest.json.p7s']);
    expect(files).not.to.include('report.pdf');
  });

  it('exits as the fault declares and names what broke', () => {
    const { code, out } = assay('demo', '--fault', 'wrong-hash', '--no-pdf', '--out', join(folder, 'fault'));
    expect(code).to.equal(1);
    expect(out).to.contain('ASY-META-018').and.match(/line \d+, column \d+, byte \d+/).and.contain('mend');
  });

  it('closes the run on Ctrl-C with everything kept, and leaves no process', async () => {
    const child = spawn(process.execPath, words('demo', '--json', '--no-pdf', '--fault', 'never-submits', '--out', join(folder, 'interrupted')), { env: environment, cwd: dataFile('.'), stdio: ['ignore', 'pipe', 'pipe'] });
    const lines = await untilAwaiting(child);
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    const last = JSON.parse(lines().at(-1) ?? '{}') as { status?: string; run?: string };
    expect(last.status).to.equal('interrupted');
    expect(code).to.equal(2);
    expect(assay('verify', last.run ?? '').code).to.equal(2);
    const sut = JSON.parse(await readFile(join(last.run ?? '', 'sut.json'), 'utf8')) as { systems: { ids: { endpoints: { dicom: string } } } };
    // The reference source ended with the run: its port can be had.
    const port = Number(sut.systems.ids.endpoints.dicom.split(':')[1]);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });

  it('tells a set-up that is wrong before a run', async () => {
    const port = await freePort();
    const file = join(folder, 'preflight.yaml');
    const text = (await readFile(join(folder, 'sut.yaml'), 'utf8')).replaceAll('192.0.2.7:11112', `127.0.0.1:${port}`).replaceAll('https://192.0.2.7:8443', `http://127.0.0.1:${port}`).replaceAll('192.0.2.40', '127.0.0.1').replace('bind: 0.0.0.0', 'bind: 127.0.0.1');
    await writeFile(file, text);
    const { code, out } = assay('preflight', file);
    expect(code).to.equal(3);
    expect(out).to.contain('refuses connections');
  });
});

/** Resolves when the run awaits the submission; gives access to the lines so far. */
function untilAwaiting(child: ChildProcess): Promise<() => string[]> {
  let text = '';
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ended early with ${code}: ${text.slice(-500)}`)));
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('"await.started"')) resolve(() => text.trim().split('\n'));
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
