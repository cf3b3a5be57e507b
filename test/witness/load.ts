/**
 * Turns a case of wire bytes, with or without the edits of a violation, into the record of a run, as if a run had captured it.
 * The evidence lies in memory.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import type { AttemptFacts, Exchange, Message, RunRecord, SutDescription, TrueInstance } from '../../harness/contracts.js';
import { loadCatalogue } from '../../harness/requirements/catalogue.js';
import { loadProgramme } from '../../harness/requirements/programme.js';
import { dataFile } from '../../harness/root.js';
import { MemoryEvidence } from '../../harness/validation/memory-evidence.js';
import { applyEdits, readDicom, textOf, type CaseDescription, type Edit } from './mutator.mjs';

/** Cases and violations are data: they stand at the same place in source and beside `dist`. */
const here = dataFile('test', 'witness');
const CASE_TIME = '2026-01-01T00:00:00.000Z';

export interface ViolatingWitness {
  /** `soap/envelope-1.1`: where it lies. */
  name: string;
  requirement: string;
  why: string;
  case: string;
  edits: Edit[];
  refresh?: string[];
  keepContentLength?: boolean;
  /** By verdict, the requirements whose verdict differs from that of the conformant case. */
  expect: Record<string, string[]>;
}

/** The names of the conformant cases. */
export async function caseNames(): Promise<string[]> {
  const entries = await readdir(join(here, 'cases'), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
}

/** Every violating witness, ordered by name. */
export async function violations(): Promise<ViolatingWitness[]> {
  const root = join(here, 'violations');
  const entries = await readdir(root, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.yaml')).map((entry) => join(entry.parentPath, entry.name));
  const read = async (file: string): Promise<ViolatingWitness> => ({
    ...(parse(await readFile(file, 'utf8')) as Omit<ViolatingWitness, 'name'>),
    name: relative(root, file).split(sep).join('/').replace(/\.yaml$/, ''),
  });
  return Promise.all(files.sort().map(read));
}

interface CaseFiles {
  description: CaseDescription;
  files: Record<string, Buffer>;
}

const caseCache = new Map<string, Promise<CaseFiles>>();

async function readCase(name: string): Promise<CaseFiles> {
  const folder = join(here, 'cases', name);
  const description = parse(await readFile(join(folder, 'case.yaml'), 'utf8')) as CaseDescription;
  const files: Record<string, Buffer> = {};
  for (const exchange of description.exchanges) {
    files[`${exchange.name}.request`] = await readFile(join(folder, exchange.request));
    if (exchange.response) files[`${exchange.name}.response`] = await readFile(join(folder, exchange.response));
  }
  const delivered = description.delivered;
  if (delivered) for (const file of (await readdir(join(folder, delivered))).sort()) files[`${delivered}/${file}`] = await readFile(join(folder, delivered, file));
  return { description, files };
}

let rules: Promise<Pick<RunRecord, 'catalogue' | 'catalogueSha' | 'programme' | 'programmeSha'>> | undefined;
const loadRules = async (): NonNullable<typeof rules> => {
  const catalogue = await loadCatalogue();
  const programme = await loadProgramme(catalogue.entries);
  return { catalogue: catalogue.entries, catalogueSha: catalogue.sha256, programme: programme.programme, programmeSha: programme.sha256 };
};

/** The run record of a conformant case, or of what the edits of a violation make of it. */
export async function loadWitness(name: string, violation?: Pick<ViolatingWitness, 'edits' | 'refresh' | 'keepContentLength'>): Promise<RunRecord> {
  let original = caseCache.get(name);
  if (!original) caseCache.set(name, (original = readCase(name)));
  const { description, files } = await original;
  const edited = { description: structuredClone(description), files: { ...files } };
  if (violation) applyEdits(edited.files, edited.description, violation.edits, violation);
  return record(name, edited, await (rules ??= loadRules()));
}

function record(name: string, { description, files }: CaseFiles, loaded: Awaited<NonNullable<typeof rules>>): RunRecord {
  const evidence = new MemoryEvidence();
  const exchanges = description.exchanges.filter((exchange) => !exchange.dropped).map((exchange) => exchangeOf(name, exchange, files, evidence));
  const delivered = Object.entries(files)
    .filter(([file]) => description.delivered && file.startsWith(`${description.delivered}/`))
    .map(([, bytes]) => instanceOf(bytes, evidence));
  return {
    id: name,
    kind: 'self-test',
    opened: CASE_TIME,
    status: 'finished',
    sut: description.sut as SutDescription,
    ...loaded,
    exchanges,
    attempts: [
      {
        facts: factsOf(description, delivered),
        scenarioSha: createHash('sha256').update(name).digest('hex'),
        n: 1,
        superseded: false,
        start: CASE_TIME,
        end: CASE_TIME,
        status: 'finished',
        exchanges: exchanges.map(({ id }) => id),
        delivered,
      },
    ],
    steps: [],
    incidents: [],
    attestations: [],
    chainHead: '0'.repeat(64),
    evidence,
  };
}

type CaseExchange = CaseDescription['exchanges'][number];

function exchangeOf(run: string, described: CaseExchange, files: Record<string, Buffer>, evidence: MemoryEvidence): Exchange {
  const message = (from: Message['from'], file: Buffer): Message => ({ from, raw: evidence.put(file), start: CASE_TIME, end: CASE_TIME, complete: isComplete(file) });
  const messages = [message('initiator', files[`${described.name}.request`] as Buffer)];
  const response = files[`${described.name}.response`];
  if (described.response && response) messages.push(message('responder', response));
  const sut = { role: 'sut', system: 'ids', actor: 'Imaging Document Source', address: '127.0.0.1:40000' } as const;
  const simulator = { role: 'simulator', system: 'assay', address: '127.0.0.1:40001' } as const;
  const complete = messages.length === 2 && messages.every((each) => each.complete);
  return {
    id: described.name,
    run,
    connection: described.name,
    protocol: 'http',
    vantage: 'terminated',
    initiator: described.initiator === 'sut' ? sut : simulator,
    responder: described.initiator === 'sut' ? simulator : sut,
    transaction: described.transaction,
    messages,
    ended: (described.ended as Exchange['ended'] | undefined) ?? (complete ? 'complete' : 'reset'),
  };
}

/** Whether as many bytes came as Content-Length said. */
function isComplete(raw: Buffer): boolean {
  const end = raw.indexOf('\r\n\r\n');
  const length = /^content-length:\s*(\d+)/im.exec(raw.toString('latin1', 0, Math.max(end, 0)))?.[1];
  return end >= 0 && (length === undefined || raw.length - end - 4 >= Number(length));
}

function factsOf(description: CaseDescription, delivered: readonly TrueInstance[]): AttemptFacts {
  const awaits = description.exchanges
    .map((exchange, index) => ({ exchange, step: index + 2 }))
    .filter(({ exchange }) => exchange.initiator === 'sut')
    .map(({ exchange, step }) => ({
      step,
      transaction: exchange.transaction,
      at: 'document-repository',
      withinMs: 600_000,
      outcome: exchange.dropped ? ('timed out' as const) : ('arrived' as const),
      ...(!exchange.dropped && { exchange: exchange.name }),
      listenerReachable: description['listenerReachable'] !== false,
    }));
  const failures = description.exchanges.flatMap((exchange, index) =>
    exchange.initiator === 'simulator' && typeof exchange.dropped === 'string' ? [{ step: index + 2, verb: 'retrieve', message: exchange.dropped, ours: false }] : [],
  );
  return {
    id: 'attempt-1',
    scenario: 'xds-i/ids/share-ct-study',
    given: description.given as AttemptFacts['given'],
    stimuli: description.stimulus === false ? [] : [{ step: 1, text: 'Share the study', at: CASE_TIME, by: 'witness' }],
    awaits,
    failures,
    delivered: delivered.map(({ sop }) => sop),
  };
}

function instanceOf(bytes: Buffer, evidence: MemoryEvidence): TrueInstance {
  const object = readDicom(bytes);
  const text = (tag: string): string => textOf(object, tag) ?? '';
  return {
    study: text('0020000D'),
    series: text('0020000E'),
    sop: text('00080018'),
    sopClass: text('00080016'),
    transferSyntax: text('00020010'),
    blob: evidence.put(bytes),
    offset: object.datasetAt,
    length: bytes.length - object.datasetAt,
  };
}
