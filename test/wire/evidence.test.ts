import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEvidence, type FolderEvidence } from '../../harness/wire/evidence.js';

describe('evidence store', () => {
  let dir: string;
  let store: FolderEvidence;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-evidence-'));
    store = await openEvidence(dir);
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const put = async (...chunks: Uint8Array[]) => {
    const writer = await store.create();
    for (const chunk of chunks) await writer.write(chunk);
    return writer.seal();
  };
  const read = async (...args: Parameters<FolderEvidence['read']>) => {
    const chunks = [];
    for await (const chunk of store.read(...args)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };

  it('names a blob by the SHA-256 of its bytes and keeps nothing else', async () => {
    const bytes = Buffer.alloc(1_000_003, 'abc');
    const blob = await put(bytes.subarray(0, 300_000), bytes.subarray(300_000, 300_001), bytes.subarray(300_001));
    expect(blob).to.deep.equal({ sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length });
    expect(await readFile(join(dir, blob.sha256))).to.deep.equal(bytes);
    expect(await readdir(join(dir, '.partial'))).to.deep.equal([]);
    expect(await read(blob)).to.deep.equal(bytes);
    expect(await read(blob, { from: 10, to: 20 })).to.deep.equal(bytes.subarray(10, 20));
    expect(await read(blob, { from: bytes.length - 3 })).to.deep.equal(bytes.subarray(-3));
  });

  it('stores equal content once, also when it is written twice at a time', async () => {
    const [one, two] = await Promise.all([put(Buffer.from('same')), put(Buffer.from('sa'), Buffer.from('me'))]);
    expect(one).to.deep.equal(two);
    expect((await readdir(dir)).filter((name) => name !== '.partial')).to.deep.equal([one?.sha256]);
  });

  it('does not depend on the caller leaving its buffer alone', async () => {
    const writer = await store.create();
    const buffer = Buffer.from('first');
    await writer.write(buffer);
    buffer.fill('x');
    expect(await read(await writer.seal())).to.deep.equal(Buffer.from('first'));
  });

  it('stores an empty blob', async () => {
    const blob = await put();
    expect(blob.size).to.equal(0);
    expect(await read(blob)).to.have.length(0);
  });

  it('says so when a blob is missing, cut or altered', async () => {
    const blob = await put(Buffer.from('0123456789'));
    const failure = async () => read(blob).then(() => 'none', (error: Error) => error.message);
    await writeFile(join(dir, blob.sha256), '0123456780');
    expect(await failure()).to.contain('altered');
    await writeFile(join(dir, blob.sha256), '01234');
    expect(await failure()).to.contain('expected 10 bytes, found 5');
    await rm(join(dir, blob.sha256));
    expect(await failure()).to.contain('found none');
  });

  it('refuses a name that is no hash', async () => {
    expect(await read({ sha256: '../../etc/passwd', size: 3 }).then(() => '', (error: Error) => error.message)).to.contain('64 hex digits');
  });

  it('removes what a process that is gone left unfinished, and leaves what a living one writes', async () => {
    await mkdir(join(dir, '.partial'), { recursive: true });
    await writeFile(join(dir, '.partial', '999999999-x'), 'left');
    await writeFile(join(dir, '.partial', `${process.pid}-y`), 'mine');
    await put(Buffer.from('a'));
    expect(await readdir(join(dir, '.partial'))).to.deep.equal([`${process.pid}-y`]);
  });
});
