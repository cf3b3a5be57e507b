import { expect } from 'chai';
import { join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { seeded } from './kill-clients.js';
import { from, openBench, raw, type Bench } from './support.js';

const SEED = Number(process.env['ASSAY_SEED'] ?? 7);
const CASES = Number(process.env['ASSAY_FUZZ'] ?? 60);

/** What was sent, by local port. */
type Sent = Map<string, Buffer[]>;

/** Changes a few bytes, cuts, doubles or moves a piece. */
function mutate(bytes: Buffer, random: () => number): Buffer {
  let out = Buffer.from(bytes);
  for (let n = 1 + Math.floor(random() * 4); n > 0; n -= 1) {
    const at = Math.floor(random() * out.length);
    const to = Math.min(out.length, at + Math.floor(random() * 40));
    const kind = Math.floor(random() * 4);
    if (kind === 0) out[at] = Math.floor(random() * 256);
    else if (kind === 1) out = Buffer.concat([out.subarray(0, at), out.subarray(to)]);
    else if (kind === 2) out = Buffer.concat([out.subarray(0, to), out.subarray(at)]);
    else out = out.subarray(0, Math.max(1, at));
  }
  return out;
}

describe(`mutated streams (seed ${SEED})`, () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench({ http: { headMs: 80, bodyIdleMs: 80, keepAliveMs: 80 }, dimse: { artimMs: 80, idleMs: 80 } });
  });
  afterEach(() => bench.close());

  /** Every byte that came before a refusal is kept, in order, and nothing of it is Assay's own failure. */
  const check = async (sent: Sent): Promise<void> => {
    for (const exchange of bench.exchanges) {
      const port = exchange.initiator.address.split(':').at(-1) ?? '';
      const kept = await bench.bytes(from(exchange, 'initiator'));
      // A local port may have served more than one of them.
      const wholes = sent.get(port) ?? [];
      expect(wholes.length === 0 || wholes.some((whole) => whole.includes(kept))).to.equal(true);
    }
    expect(await bench.events('incident')).to.deep.equal([]);
  };

  it('do no harm to an HTTP listener', async () => {
    const { port } = await bench.listen();
    const random = seeded(SEED);
    const good = Buffer.from('POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nT: u\r\n\r\nPUT /b HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbodyGET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    const sent: Sent = new Map();
    for (let n = 0; n < CASES; n += 1) {
      const bytes = mutate(good, random);
      await raw(port, [bytes], { local: (own) => sent.set(String(own), [...(sent.get(String(own)) ?? []), bytes]) });
    }
    expect((await raw(port, [good])).toString()).to.contain('ok');
    await check(sent);
  });

  it('do no harm to a DICOM listener', async () => {
    const pacs = bench.host.for('pacs');
    const { port } = await pacs.listenDimse({ actor: 'Image Manager', aeTitle: 'ASSAY' }, { store: async () => 0 });
    const study = join(import.meta.dirname, '../witness/cases/share-ct-study/study');
    const files = (await readdir(study)).slice(0, 2).map((name) => join(study, name));
    const { exchange } = await bench.host.for('source').dialDimse({ to: `127.0.0.1:${port}`, calledAe: 'ASSAY', callingAe: 'SRC', actor: 'Image Source', files });
    const good = await bench.bytes(from(exchange, 'initiator'));
    const random = seeded(SEED);
    const sent: Sent = new Map();
    // Mostly in the heads: most of the bytes are pixels.
    const front = good.subarray(0, 700);
    for (let n = 0; n < CASES; n += 1) {
      const bytes = n % 3 === 0 ? mutate(good, random) : Buffer.concat([mutate(front, random), good.subarray(700)]);
      await raw(port, [bytes], { local: (own) => sent.set(String(own), [...(sent.get(String(own)) ?? []), bytes]) });
    }
    const again = await bench.host.for('source').dialDimse({ to: `127.0.0.1:${port}`, calledAe: 'ASSAY', callingAe: 'SRC', actor: 'Image Source', files });
    expect(Object.values(again.statuses)).to.deep.equal([0, 0]);
    await check(sent);
  });
});
