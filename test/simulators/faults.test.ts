/** Each fault of the reference system shows on the wire, and nothing else does: messages with and without it, on a host without sockets. */
import { readFile } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { DimseHandler, HttpHandler, HttpListen, SimulatorHost } from '../../harness/contracts.js';
import { loadCatalogue } from '../../harness/requirements/catalogue.js';
import { memoryEvidence } from '../../harness/wire/memory.js';
import { patient, prepareStudy, seededRandom, type PreparedStudy } from '../../scenarios/fixtures/index.js';
import { ACTIONS, envelope } from '../../simulators/emit/envelope.js';
import { mtomBody, mtomContentType, mtomMessage } from '../../simulators/emit/mtom.js';
import { retrieveRequest } from '../../simulators/emit/retrieve.js';
import { simulator as repository } from '../../simulators/document-repository/index.js';
import { simulator as source } from '../../simulators/imaging-document-source/index.js';

const REPOSITORY = 'http://repository.test/xds';
const gather = async (body: Uint8Array | AsyncIterable<Uint8Array>): Promise<Buffer> => {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** The source on a host that has no network: what it sends is kept, what it is sent is handed to it. */
async function stage(study: PreparedStudy, fault?: string) {
  const evidence = memoryEvidence();
  const sent: string[] = [];
  const stop = new AbortController();
  let http!: { listen: HttpListen; handler: HttpHandler };
  let dimse!: DimseHandler;
  const seal = async (bytes: Uint8Array) => {
    const writer = await evidence.create();
    await writer.write(bytes);
    return writer.seal();
  };
  const listening = { url: 'http://source.test', port: 1, close: async () => undefined };
  const host: SimulatorHost = {
    listenHttp: async (listen, handler) => ((http = { listen, handler }), listening),
    listenDimse: async (_listen, handler) => ((dimse = handler), { ...listening, url: 'dicom://IDS@source.test:1' }),
    dialHttp: async (request) => {
      sent.push(`${request.headers.map((h) => h.join(': ')).join('\n')}\n\n${(await gather(request.body)).toString('latin1')}`);
      return { exchange: { id: 'x', ended: 'complete' } } as Awaited<ReturnType<SimulatorHost['dialHttp']>>;
    },
    dialDimse: async () => Promise.reject(new Error('not here')),
    evidence,
    dataDir: '/nowhere',
    random: seededRandom(5),
    clock: () => new Date('2026-03-18T10:00:00Z'),
    signal: stop.signal,
    ...(fault !== undefined && { fault }),
  };
  const running = await source.start(host, { token: 'test' });
  for (const [i, file] of study.files.entries()) {
    const bytes = await readFile(file);
    const { sopClass, sop } = study.instances[i]!;
    await dimse.store({ exchange: 'c', sopClass, sopInstance: sop, transferSyntax: '1.2.840.10008.1.2.1', callingAe: 'TEST', dataset: await seal(bytes.subarray(144 + bytes.readUInt32LE(140))) });
  }
  const post = async (target: string, headers: string, body: Buffer): Promise<string> => {
    const raw = await seal(Buffer.concat([Buffer.from(`POST ${target} HTTP/1.1\r\nHost: source.test\r\n${headers}\r\nContent-Length: ${body.length}\r\n\r\n`), body]));
    const answer = await http.handler({ exchange: 'e', method: 'POST', target, raw });
    return `${answer.status}\n${answer.headers.map((h) => h.join(': ')).join('\n')}\n\n${(await gather(answer.body)).toString('latin1')}`;
  };
  return {
    stop: () => stop.abort(),
    async share(): Promise<string> {
      await post('/share', 'Content-Type: application/json', Buffer.from(JSON.stringify({ 'study.uid': study.uid, 'patient.domainId': patient('amber-stone').domainId, 'repository.url': REPOSITORY })));
      return sent.join('\n');
    },
    async retrieve(sops: string[]): Promise<string> {
      const series = (sop: string) => study.instances.find((i) => i.sop === sop)?.series ?? study.instances[0]!.series;
      const payload = retrieveRequest(sops.map((sop) => ({ study: study.uid, series: series(sop), sop, repositoryUniqueId: running.endpoints.repositoryUniqueId! })), ['1.2.840.10008.1.2.1']);
      const message = mtomMessage(envelope({ action: ACTIONS.retrieveImaging, messageId: 'urn:uuid:5' }, payload));
      return post('/rad69/test', `Content-Type: ${mtomContentType(message)}`, await gather(mtomBody(message)));
    },
  };
}
/** Boundaries are fresh in each message. */
const even = (message: string): string => message.replace(/assay-[0-9a-f]{24}/g, 'boundary');

describe('simulators: faults of the Imaging Document Source', () => {
  let dir: string;
  let study: PreparedStudy;
  let conformant: { share: string; all: string; unknown: string };
  const messages = async (fault?: string) => {
    const staged = await stage(study, fault);
    const result = { share: even(await staged.share()), all: even(await staged.retrieve(study.instances.map((i) => i.sop))), unknown: even(await staged.retrieve(['2.25.404'])) };
    staged.stop();
    return result;
  };
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-faults-'));
    study = await prepareStudy('ct-two-series', dir, { random: seededRandom(1) });
    conformant = await messages();
  });
  after(async () => rm(dir, { recursive: true, force: true }));

  it('without a fault two runs send the same', async () => {
    expect(await messages()).to.deep.equal(conformant);
    expect(conformant.share).to.contain('ProvideAndRegisterDocumentSet-b');
  });

  it('are more than thirty, each with its own name and requirements of the catalogue', async () => {
    const known = new Set((await loadCatalogue()).entries.map((r) => r.id));
    const faults = [...source.faults, ...repository.faults];
    expect(source.faults.length).to.be.greaterThan(30);
    expect(new Set(faults.map((f) => f.id)).size).to.equal(faults.length);
    for (const fault of faults) {
      const vector = [fault.breaks, ...fault.alsoBreaks, ...fault.hides];
      expect(new Set(vector).size, `${fault.id} names a requirement twice`).to.equal(vector.length);
      for (const id of vector) expect(known.has(id), `${fault.id}: ${id}`).to.equal(true);
    }
  });

  for (const { id, title } of source.faults) {
    it(`${id}: ${title}`, async () => {
      if (id === 'never-answers') {
        const staged = await stage(study, id);
        const answer = staged.retrieve([study.instances[0]!.sop]);
        const first = await Promise.race([answer, new Promise<string>((resolve) => setTimeout(resolve, 30, 'silence'))]);
        expect(first).to.equal('silence');
        staged.stop();
        await answer;
        return;
      }
      const broken = await messages(id);
      const changed = (['share', 'all', 'unknown'] as const).filter((m) => broken[m] !== conformant[m]);
      expect(changed, 'the fault shows in no message').not.to.deep.equal([]);
      expect(changed.includes('share') && changed.length > 1, 'a fault breaks one transaction').to.equal(false);
    });
  }
});
