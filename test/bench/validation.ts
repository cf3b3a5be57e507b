/** Schema validation against a plain libxmljs2 loop and xmllint, and the whole judgement of a submission. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import libxml from 'libxmljs2';
import { soapView } from '../../harness/formats/soap.js';
import { judge } from '../../harness/validation/judge.js';
import { payloadText } from '../../harness/validation/payload-text.js';
import { SchemaPool } from '../../harness/validation/pool.js';
import { driverSchema, ownSchemas, ownSchemasFolder } from '../../harness/validation/schema-files.js';
import { closeSharedPool } from '../../harness/validation/schema-validator.js';
import { loadWitness } from '../witness/load.js';
import { inTurn, row } from './in-turn.js';
import type { Bench, BenchRow } from './main.js';

const ROUNDS = 5;

/** The payload of the witness's submission, blown up to about `length` characters by entries of the same kind. */
async function payload(length: number): Promise<string> {
  const record = await loadWitness('share-ct-study');
  const message = record.exchanges[0]?.messages[0];
  const view = message && (await soapView.parse(record.evidence.read(message.raw), message.raw, { view: async () => undefined }));
  if (!view?.payload) throw new Error('the witness has a submission');
  const { text } = payloadText(view.payload);
  const entry = /<rim:ExtrinsicObject\s[\s\S]*<\/rim:ExtrinsicObject>/.exec(text)?.[0] ?? '';
  return text.replace(entry, () => entry.repeat(Math.max(1, Math.round((length - text.length) / entry.length) + 1)));
}

async function schemas(name: string, length: number, count: number, goals: [loop: number, lint: number]): Promise<BenchRow[]> {
  const text = await payload(length);
  const one = new SchemaPool({ size: 1 });
  const two = new SchemaPool({ size: 2 });
  const work = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    const through = (pool: SchemaPool) => async (): Promise<void> => {
      const all = await Promise.all(Array.from({ length: count }, () => pool.validate(text)));
      if (all.some((problems) => problems.length > 0)) throw new Error(`the message is valid: ${JSON.stringify(all[0])}`);
    };
    const schema = libxml.parseXml(driverSchema(ownSchemas), { baseUrl: join(ownSchemasFolder(), 'driver.xsd'), nonet: true });
    const wrapped = `<b:batch xmlns:b="urn:assay:batch">${text.replace(/<xop:Include[\s\S]*?<\/xop:Include>/g, '')}</b:batch>`;
    const loop = (): void => {
      for (let n = 0; n < count; n++) if (!libxml.parseXml(wrapped, { nonet: true }).validate(schema)) throw new Error('the message is valid');
    };
    const driver = join(work, 'driver.xsd');
    const file = join(work, 'message.xml');
    writeFileSync(driver, driverSchema(Object.fromEntries(Object.entries(ownSchemas).map(([namespace, path]) => [namespace, join(ownSchemasFolder(), path)]))));
    writeFileSync(file, wrapped);
    const lint = (): void => void execFileSync('xmllint', ['--noout', '--nonet', '--schema', driver, ...Array.from({ length: count }, () => file)], { stdio: 'ignore' });
    const [ours, both, plain, xmllint] = await inTurn([through(one), through(two), loop, lint], ROUNDS);
    const size = `${Math.round(text.length / 1024)} KB`;
    return [
      row(`XSD ${size}, one worker`, 'libxmljs2 loop', goals[0], ours, plain, count),
      row(`XSD ${size}, one worker`, 'xmllint, one process', goals[1], ours, xmllint, count),
      row(`XSD ${size}, two workers (${name})`, 'one worker', 1.6, both, ours, count),
    ];
  } finally {
    one.close();
    two.close();
    rmSync(work, { recursive: true });
  }
}

async function judgement(): Promise<BenchRow[]> {
  const count = 50;
  const record = await loadWitness('share-ct-study');
  const submission = { ...record, exchanges: record.exchanges.slice(0, 1), attempts: record.attempts.map((attempt) => ({ ...attempt, exchanges: attempt.exchanges.slice(0, 1) })) };
  const text = await payload(0);
  const work = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    const driver = join(work, 'driver.xsd');
    const file = join(work, 'message.xml');
    writeFileSync(driver, driverSchema(Object.fromEntries(Object.entries(ownSchemas).map(([namespace, path]) => [namespace, join(ownSchemasFolder(), path)]))));
    writeFileSync(file, `<b:batch xmlns:b="urn:assay:batch">${text.replace(/<xop:Include[\s\S]*?<\/xop:Include>/g, '')}</b:batch>`);
    const ours = async (): Promise<void> => {
      await Promise.all(Array.from({ length: count }, () => judge(submission)));
    };
    const lint = (): void => void execFileSync('xmllint', ['--noout', '--nonet', '--schema', driver, ...Array.from({ length: count }, () => file)], { stdio: 'ignore' });
    const [mine, xmllint] = await inTurn([ours, lint], ROUNDS);
    return [row('whole judgement of a submission', 'xmllint (schema alone)', 0.25, mine, xmllint, count)];
  } finally {
    closeSharedPool();
    rmSync(work, { recursive: true });
  }
}

export const bench: Bench = {
  name: 'validation',
  async run() {
    return [...(await schemas('24 KB', 24_000, 400, [3, 0.35])), ...(await schemas('2 MB', 2_000_000, 20, [2, 0.35])), ...(await judgement())];
  },
};
