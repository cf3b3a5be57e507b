import { expect } from 'chai';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Prompt } from '../../harness/contracts.js';
import { environmentOf, withPersonFor } from '../../harness/engine/operator.js';
import { commandOperator } from '../../harness/engine/operator-command.js';
import { terminalOperator } from '../../harness/engine/operator-terminal.js';
import { urlOperator } from '../../harness/engine/operator-url.js';

const prompt: Prompt = { kind: 'do', text: 'Share it', values: { 'study.uid': '1.2.3', 'patient.domainId': 'A^^^&1.2&ISO', 'repository.uniqueId': '1.9' } };
const never = new AbortController().signal;
const failure = (promise: Promise<unknown>): Promise<Error> => promise.then(() => new Error('it did not fail'), (error: Error) => error);

describe('operators', () => {
  it('name values for the environment', () => {
    expect(environmentOf(prompt.values!)).to.deep.equal({ ASSAY_STUDY_UID: '1.2.3', ASSAY_PATIENT_DOMAINID: 'A^^^&1.2&ISO', ASSAY_REPOSITORY_UNIQUEID: '1.9' });
  });

  describe('a command', () => {
    it('gets the values as environment and as JSON, and says what it did', async () => {
      const dir = await mkdtemp(join(tmpdir(), 'assay-trigger-'));
      const answer = await commandOperator('echo "uid $ASSAY_STUDY_UID"; cat > got.json', { cwd: dir }).ask(prompt, never);
      expect(answer).to.include({ value: 'done', note: 'uid 1.2.3' });
      expect(JSON.parse(await readFile(join(dir, 'got.json'), 'utf8'))).to.deep.equal({ prompt: 'Share it', ...prompt.values });
      await rm(dir, { recursive: true });
    });

    it('fails with its exit code and its last words', async () => {
      const error = await failure(commandOperator('echo "no such study" >&2; exit 7').ask(prompt, never));
      expect(error.name).to.equal('StepFailure');
      expect(error.message).to.contain('exit code 7').and.contain('no such study');
      expect((await failure(commandOperator('no-such-command-here').ask(prompt, never))).message).to.contain('exit code 127');
    });

    it('is ended, with all it started, by its time limit and by an interruption', async () => {
      expect((await failure(commandOperator('sleep 60 | sleep 60', { timeoutMs: 50 }).ask(prompt, never))).message).to.contain('not done after 0.05 s');
      const stop = new AbortController();
      const asked = failure(commandOperator('echo started; sleep 60').ask(prompt, stop.signal));
      stop.abort(new Error('stopped'));
      expect((await asked).message).to.equal('stopped');
    });
  });

  it('an HTTP hook gets the values as JSON; anything but 2xx is a failure', async () => {
    let status = 200;
    let got = '';
    const server = createServer((request, response) => {
      got = '';
      request.on('data', (chunk: Buffer) => (got += chunk.toString()));
      request.on('end', () => response.writeHead(status).end('{}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/share`;
    expect((await urlOperator(url).ask(prompt, never)).value).to.equal('done');
    expect(JSON.parse(got)).to.deep.equal({ prompt: 'Share it', ...prompt.values });
    status = 503;
    expect((await failure(urlOperator(url).ask(prompt, never))).message).to.contain('found 503');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect((await failure(urlOperator(url).ask(prompt, never))).message).to.contain('found none');
  });

  it('a person confirms, refuses, and is asked again where the answer cannot be read', async () => {
    const ask = async (text: string, kind: Prompt['kind']): Promise<unknown> => {
      const input = new PassThrough();
      input.end(text);
      const { value, note, by } = await terminalOperator(input, new PassThrough().resume(), 'Ada').ask({ ...prompt, kind }, never);
      return { value, note, by };
    };
    expect(await ask('\n', 'do')).to.deep.equal({ value: 'done', note: undefined, by: 'Ada' });
    expect(await ask('n the menu is missing\n', 'do')).to.deep.equal({ value: 'no', note: 'the menu is missing', by: 'Ada' });
    expect(await ask('?\n', 'attest')).to.deep.include({ value: 'cannot tell' });
    expect((await failure(ask('', 'do'))).message).to.contain('there is no terminal');
  });

  it('questions for eyes go to a person, never to a hook', async () => {
    const hook = withPersonFor(commandOperator('exit 0'));
    expect((await hook.ask({ ...prompt, kind: 'attest' }, never)).value).to.equal('cannot tell');
    expect((await hook.ask(prompt, never)).value).to.equal('done');
  });
});
