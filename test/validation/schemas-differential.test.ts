import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SchemaPool } from '../../harness/validation/pool.js';
import { BATCH, driverSchema, officialSchemas } from '../../harness/validation/schema-files.js';
import { packageRoot } from '../../harness/root.js';
import { messages } from './messages.js';
import { mutate, seeded } from './xml-mutations.js';

/** The published schemas, where they are at hand. */
const official = [join(packageRoot, '..', 'shared', 'xsd'), join(packageRoot, '..', '..', 'shared', 'xsd')].find((folder) => existsSync(folder));
const COUNT = Number(process.env['ASSAY_DIFFERENTIAL'] ?? 1_000);
const SEED = Number(process.env['ASSAY_DIFFERENTIAL_SEED'] ?? 20_241);

const isThere = (command: string): Promise<boolean> => new Promise((resolve) => execFile(command, ['--version'], (error) => resolve(!error)));

describe('schemas', () => {
  const pool = new SchemaPool({ size: 2 });
  after(() => pool.close());

  for (const [name, text] of Object.entries(messages)) {
    it(`take a valid message: ${name}`, async () => {
      expect(await pool.validate(text)).to.deep.equal([]);
    });
  }

  it('take an xop:Include where base64 content is allowed, and nowhere else', async () => {
    const include = '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:a@b"/>';
    const submission = messages['provide and register'] as string;
    expect(await pool.validate(submission.replace('QUJDRA==', include))).to.deep.equal([]);
    expect(await pool.validate(submission.replace('<rim:Value>20240101<', `<rim:Value>${include}<`))).to.have.length.greaterThan(0);
  });

  describe('in comparison with the published ones', () => {
    const random = seeded(SEED);
    const names = Object.keys(messages);
    const mutants = Array.from({ length: COUNT }, (_, index) => mutate(messages[names[index % names.length] as string] as string, random));

    it(`give the same verdict on ${COUNT} mutated messages`, async function () {
      if (!official) this.skip();
      this.timeout(300_000);
      const verdicts = await Promise.all(mutants.map(async (text) => ({ text, ours: await pool.validate(text), theirs: await pool.validate(text, official) })));
      const apart = verdicts.filter(({ ours, theirs }) => (ours.length === 0) !== (theirs.length === 0));
      expect(apart.map(({ text, ours, theirs }) => ({ text, ours, theirs }))).to.deep.equal([]);
      const invalid = verdicts.filter(({ ours }) => ours.length > 0).length;
      expect(invalid, 'mutants that are invalid').to.be.within(COUNT * 0.2, COUNT * 0.98);
    });

    it('agree with xmllint under the published schemas', async function () {
      if (!official || !(await isThere('xmllint'))) this.skip();
      this.timeout(300_000);
      const ours = await Promise.all(mutants.map(async (text) => (await pool.validate(text)).length === 0));
      const theirs = await xmllint(mutants, official);
      expect(mutants.filter((_, index) => ours[index] !== theirs[index])).to.deep.equal([]);
    });
  });
});

/** Verdicts of xmllint, many files in one process. */
async function xmllint(texts: readonly string[], folder: string): Promise<boolean[]> {
  const work = await mkdtemp(join(tmpdir(), 'assay-xmllint-'));
  try {
    const files = officialSchemas(folder);
    const schema = join(work, 'driver.xsd');
    await writeFile(schema, driverSchema(Object.fromEntries(Object.entries(files).map(([namespace, file]) => [namespace, join(folder, file)]))));
    const verdicts: boolean[] = [];
    for (let from = 0; from < texts.length; from += 500) {
      const slice = texts.slice(from, from + 500);
      const names = await Promise.all(
        slice.map(async (text, index) => {
          const file = join(work, `m${index}.xml`);
          await writeFile(file, `<b:${BATCH.element} xmlns:b="${BATCH.namespace}">${text}</b:${BATCH.element}>`);
          return file;
        }),
      );
      const output = await new Promise<string>((resolve) => execFile('xmllint', ['--noout', '--nonet', '--schema', schema, ...names], { maxBuffer: 1 << 28 }, (_error, _stdout, stderr) => resolve(stderr)));
      const valid = new Set([...output.matchAll(/^(.*) validates$/gm)].map(([, file]) => file));
      verdicts.push(...names.map((file) => valid.has(file)));
    }
    return verdicts;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
