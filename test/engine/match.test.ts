import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import type { BlobRef, Exchange, ViewSource } from '../../harness/contracts.js';
import { explainMismatch, manifestReferences } from '../../harness/engine/match.js';
import { Views } from '../../harness/formats/viewer.js';
import { dataFile } from '../../harness/root.js';
import { memoryEvidence } from '../../harness/wire/memory.js';

const witness = (name: string): Promise<Buffer> => readFile(dataFile('test', 'witness', 'cases', 'share-ct-study', `${name}.http`));

describe('matching a message', () => {
  const evidence = memoryEvidence();
  const views: ViewSource = new Views(evidence);
  const stored = async (bytes: Uint8Array): Promise<BlobRef> => {
    const writer = await evidence.create();
    await writer.write(bytes);
    return writer.seal();
  };
  const exchangeOf = async (bytes: Uint8Array): Promise<Exchange> => ({
    id: 'e', run: 'r', connection: 'c', protocol: 'http', vantage: 'terminated', ended: 'complete', transaction: 'RAD-68',
    initiator: { role: 'sut', system: 'sut', address: 'h:1' }, responder: { role: 'simulator', system: 'document-repository', address: 'h:2' },
    messages: [{ from: 'initiator', raw: await stored(bytes), start: '', end: '', complete: true }],
  });
  let submission: Exchange;
  let study: string;
  let patient: string;
  before(async () => {
    const bytes = await witness('rad-68.request');
    submission = await exchangeOf(bytes);
    study = (await manifestReferences(submission, views))[0]!.study;
    patient = /value="([^"]+\^\^\^[^"]+)"/.exec(bytes.toString('latin1'))![1]!.replaceAll('&amp;', '&');
  });

  it('takes the message of the study, and of the patient', async () => {
    expect(await explainMismatch(submission, { study, patient }, views)).to.equal(undefined);
    expect(await explainMismatch(submission, {}, views)).to.equal(undefined);
  });

  it('takes it where one of both is wrong: that is to be judged, not to be overlooked', async () => {
    expect(await explainMismatch(submission, { study, patient: 'OTHER^^^&1.2.3&ISO' }, views)).to.equal(undefined);
    expect(await explainMismatch(submission, { study: '1.2.3', patient }, views)).to.equal(undefined);
  });

  it('leaves the message of another patient and study, and says whose it is', async () => {
    const why = await explainMismatch(submission, { study: '1.2.3', patient: 'OTHER^^^&1.2.3&ISO' }, views);
    expect(why).to.contain(`study ${study}`).and.contain('(awaited: 1.2.3)').and.contain(patient.split('^')[0]!);
  });

  it('reads the study of a retrieve request', async () => {
    const request = await exchangeOf(await witness('rad-69.request'));
    expect(await explainMismatch(request, { study }, views)).to.equal(undefined);
    expect(await explainMismatch(request, { study: '1.2.3' }, views)).to.equal(`it is for study ${study} (awaited: 1.2.3)`);
  });

  it('takes what cannot be read: nothing says that it is for somebody else', async () => {
    expect(await explainMismatch(await exchangeOf(Buffer.from('POST / HTTP/1.1\r\n\r\ngarbage')), { study, patient }, views)).to.equal(undefined);
    expect(await explainMismatch({ ...submission, messages: [] }, { study }, views)).to.equal(undefined);
  });
});
