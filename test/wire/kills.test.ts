import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEvents, verifyChain } from '../../harness/wire/event-log.js';
import { Ledger, seeded, store, submit } from './kill-clients.js';
import { data } from './support.js';

const KILLS = Number(process.env['ASSAY_KILLS'] ?? 10);
const SEED = Number(process.env['ASSAY_SEED'] ?? 20_261_124);

/** A process that is loaded, and begins when told. */
class Standby {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly gone: Promise<void>;

  constructor(dir: string) {
    this.child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'kill-child.ts'), dir], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ASSAY_LOG: 'silent' } });
    this.gone = new Promise((resolve) => this.child.once('exit', () => resolve()));
    const { stdout } = this.child;
    if (!stdout) throw new Error('no stdout');
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  async begin(): Promise<{ http: number; dimse: number }> {
    await this.#lines.next();
    this.child.stdin?.write('begin\n');
    const line = await this.#lines.next();
    return JSON.parse(String(line.value)) as { http: number; dimse: number };
  }
}

describe(`${KILLS} kills at random moments`, function () {
  this.timeout(60_000 + KILLS * 10_000);
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-kills-'));
  });
  after(() => rm(dir, { recursive: true, force: true }));

  it('lose nothing that a peer was told was received', async () => {
    const random = seeded(SEED);
    const requests = new Ledger();
    const datasets = new Ledger();
    let next = new Standby(dir);
    try {
      for (let kill = 0; kill < KILLS; kill += 1) {
        const current = next;
        const ports = await current.begin();
        next = new Standby(dir);
        // After so many acknowledgements, and then somewhere in what follows.
        let left = 1 + Math.floor(random() * 25);
        const wait = random() * 25;
        const heard = (): void => {
          left -= 1;
          if (left === 0) setTimeout(() => current.child.kill('SIGKILL'), wait);
        };
        requests.heard = heard;
        datasets.heard = heard;
        const clients = [submit(ports.http, requests, random), submit(ports.http, requests, random), submit(ports.http, requests, random), store(ports.dimse, datasets, random), store(ports.dimse, datasets, random)];
        await Promise.all([...clients, current.gone]);
      }
    } finally {
      next.child.kill('SIGKILL');
      await next.gone;
    }

    const chain = await verifyChain(join(dir, 'events.jsonl'));
    expect(chain.problem, `seed ${SEED}`).to.equal(undefined);
    const messages = new Set<string>();
    const instances = new Set<string>();
    for await (const event of readEvents(join(dir, 'events.jsonl'))) {
      if (event.type === 'exchange.message') messages.add((data(event)['message'] as { raw: { sha256: string } }).raw.sha256);
      if (event.type === 'dimse.instance') instances.add((data(event)['dataset'] as { sha256: string }).sha256);
    }
    for (const [ledger, kept] of [[requests, messages], [datasets, instances]] as const) {
      expect(ledger.told.length, `seed ${SEED}: the clients got through at all`).to.be.greaterThan(0);
      for (const told of ledger.told) {
        expect(kept.has(told), `seed ${SEED}: no event for ${told}`).to.equal(true);
        const bytes = await readFile(join(dir, 'evidence', told));
        expect(createHash('sha256').update(bytes).digest('hex'), `seed ${SEED}`).to.equal(told);
      }
    }
  });
});
