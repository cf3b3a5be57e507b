/** The PACS, driven by DCMTK. */
import { join } from 'node:path';
import { expect } from 'chai';
import { prepareStudy } from '../../scenarios/fixtures/index.js';
import { simulator as pacs } from '../../simulators/pacs/index.js';
import { openBench, run, type Bench } from './bench.js';

describe('simulators: PACS', () => {
  let bench: Bench;
  before(async function () {
    if ((await run('storescu', ['--version']).catch(() => undefined)) === undefined) this.skip();
  });
  beforeEach(async () => void (bench = await openBench()));
  afterEach(async () => bench.close());

  it('answers echoscu and keeps what storescu sends', async () => {
    const running = await bench.start(pacs, { aeTitle: 'ARCHIVE' });
    const [host, port] = running.endpoints.dicom!.split(':') as [string, string];
    expect(running.endpoints.aeTitle).to.equal('ARCHIVE');
    expect((await run('echoscu', ['-aec', 'ARCHIVE', host, port])).status).to.equal(0);
    const study = await prepareStudy('ct-two-series', join(bench.dir, 'study'));
    const sent = await run('storescu', ['-aec', 'ARCHIVE', host, port, ...study.files]);
    expect(sent.status, sent.stderr).to.equal(0);
    const held = (await running.call('holds', null)) as unknown as { study: string; series: string; sop: string; sopClass: string }[];
    expect(held.map(({ study: s, series, sop, sopClass }) => ({ study: s, series, sop, sopClass }))).to.have.deep.members(study.instances);
  });

  it('sends a study on to another archive', async () => {
    const [one, two] = [await bench.start(pacs), await bench.start(pacs, { aeTitle: 'SECOND' })];
    const study = await prepareStudy('ct-two-series', join(bench.dir, 'study'));
    const outcome = (await one.call('store', { to: two.endpoints.dicom!, calledAe: 'SECOND', files: study.files })) as { statuses: Record<string, number> };
    expect(Object.values(outcome.statuses)).to.deep.equal([0, 0, 0, 0, 0]);
    expect(await two.call('holds', null)).to.have.length(5);
  });
});
