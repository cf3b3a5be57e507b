/** One file, judged by the checks that judge a run: what a developer holds against a message before any run. */
import { createHash } from 'node:crypto';
import type { AttemptFacts, BlobRef, Exchange, JudgeContext, Level, Message, Requirement, SutDescription, Verdict, ViewKey, ViewSource } from '../contracts.js';
import { parseDicom } from '../formats/dicom.js';
import { manifestView, referencesIn } from '../formats/manifest.js';
import type { Manifest, SoapMessage } from '../formats/model.js';
import { soapView } from '../formats/soap.js';
import { Views } from '../formats/viewer.js';
import { verdictOf, worst } from '../requirements/verdict.js';
import type { CodeSets } from './file-codes.js';
import { recognise, type Recognised } from './file-kind.js';
import { requirementsFor } from './file-requirements.js';
import { MemoryEvidence } from './memory-evidence.js';
import { builtInChecks } from './registry.js';
import { runCheck } from './run-check.js';
import { schemaValidator } from './schema-validator.js';

export interface FileFinding {
  requirement: string;
  level: Level;
  verdict: Verdict;
  message: string;
  expected?: string;
  found?: string;
  remedy?: string;
  location?: { line?: number; column?: number; offset: number; path?: string };
}
export interface FileResult {
  file: string;
  kind: Recognised['kind'];
  transaction: string | null;
  /** `not exercised`: nothing in the file that a check could decide. */
  verdict: Verdict;
  findings: FileFinding[];
}
export interface FileOptions {
  catalogue: readonly Requirement[];
  /** `RAD-68`, `ITI-41 response`; else it is recognised. */
  transaction?: string;
  codes?: CodeSets;
  schemasDir?: string;
}

/** Validates the bytes of a file. Never throws for what the file holds. */
export async function validateFile(file: string, bytes: Uint8Array, options: FileOptions): Promise<FileResult> {
  const evidence = new MemoryEvidence();
  const raw = evidence.put(bytes);
  const parsed = new Views(evidence);
  const recognised = await recognise(bytes, raw, parsed, options.transaction);
  const views = recognised.kind === 'manifest' ? manifestAlone(bytes, raw) : parsed;
  const context = contextOf(recognised, raw, views, evidence, options);
  const requirements = new Map(requirementsFor(options.catalogue, recognised.kind, recognised.transaction, recognised.direction).map((requirement) => [requirement.id, requirement]));

  const findings: FileFinding[] = [];
  const verdicts: Verdict[] = [];
  for (const { check } of await builtInChecks()) {
    const requirement = requirements.get(check.decides);
    if (!requirement || check.subject !== 'message') continue;
    const run = await runCheck(async () => {
      const view = await views.view(raw, check.view);
      return view === undefined ? undefined : check.judge(view, context);
    });
    for (const observation of run?.observations ?? []) {
      const verdict = verdictOf(observation, requirement, requirement.level);
      verdicts.push(verdict);
      if (observation.outcome !== 'violated') continue;
      const { because: message, expected, found, at, remedy } = observation;
      findings.push({ requirement: requirement.id, level: requirement.level, verdict, message, ...(expected !== undefined && { expected }), ...(found !== undefined && { found }), ...(remedy !== undefined && { remedy }), ...(at && { location: { line: at.line, column: at.column, offset: at.offset, path: at.path } }) });
    }
    if (run?.error === undefined) continue;
    verdicts.push('error');
    findings.push({ requirement: requirement.id, level: requirement.level, verdict: 'error', message: `Assay's own fault: the check ${check.id} failed: ${run.error}` });
  }
  // A file alone leaves much open (the other message, the system's own identifiers): that weighs only where the file could not be read,
  // or where nothing else was seen.
  const unread = ((await parsed.view(raw, soapView))?.xml.problems.length ?? 0) > 0;
  const told = verdicts.filter((verdict) => verdict !== 'not exercised' && verdict !== 'not applicable' && (unread || verdict !== 'inconclusive'));
  const seen = told.length > 0 ? told : verdicts.filter((verdict) => verdict === 'inconclusive');
  return { file, kind: recognised.kind, transaction: transactionWords(recognised), verdict: worst(seen) ?? 'not exercised', findings };
}

const transactionWords = ({ transaction, direction }: Recognised): string | null => (transaction ? (direction === 'response' ? `${transaction} response` : transaction) : null);

/** The exchange as far as the file tells: one message, by a system that nothing else is known of. */
function contextOf(recognised: Recognised, raw: BlobRef, views: ViewSource, evidence: MemoryEvidence, options: FileOptions): JudgeContext {
  const message: Message = { from: recognised.direction === 'request' ? 'initiator' : 'responder', raw, start: '', end: '', complete: true };
  const sut = { role: 'sut', system: 'file', address: '' } as const;
  const peer = { role: 'peer', system: 'unknown', address: '' } as const;
  const exchange: Exchange = {
    id: 'file',
    run: 'file',
    connection: 'file',
    protocol: 'file',
    vantage: 'imported',
    initiator: recognised.direction === 'request' ? sut : peer,
    responder: recognised.direction === 'request' ? peer : sut,
    ...(recognised.transaction && { transaction: recognised.transaction }),
    messages: [message],
    ended: 'complete',
  };
  const facts: AttemptFacts = { id: 'file', scenario: 'file', given: {}, stimuli: [], awaits: [], failures: [], delivered: [] };
  return {
    sut: unknownSystem(options.codes),
    truth: { instances: async () => [] },
    facts,
    related: [exchange],
    exchange,
    message,
    view: (blob, key) => views.view(blob, key),
    validateSchema: schemaValidator(options.schemasDir),
    read: (blob, range) => evidence.read(blob, range),
  };
}

const unknownSystem = (codes?: CodeSets): SutDescription => ({
  schema: 'assay-sut/1',
  product: { vendor: '', name: 'file', version: '' },
  claims: [],
  systems: {},
  domain: codes ?? { codes: {}, assigningAuthorities: {} },
  reach: { advertise: '' },
  timing: {},
  exclusive: false,
  secrets: {},
});

/** A manifest without a submission around it: only the manifest's own view exists. */
function manifestAlone(bytes: Uint8Array, blob: BlobRef): ViewSource {
  const object = parseDicom(bytes, { base: 0 });
  const element = { kind: 'element' as const, prefix: '', local: 'Document', namespace: '', attributes: [], children: [], start: 0, end: 0, startTagEnd: 0 };
  const message: SoapMessage = {
    blob,
    packaging: 'bare',
    xml: { problems: [], processingInstructions: [], encoding: 'utf-8', text: '' },
    addressing: [],
    problems: [],
    included: () => undefined,
    at: () => ({ blob, offset: 0, length: 0 }),
  };
  const document = { element, size: bytes.length, sha1: createHash('sha1').update(bytes).digest('hex'), bytes };
  const manifest: Manifest = {
    submission: { message, objects: [], documentEntries: [], submissionSets: [], folders: [], associations: [], looseClassifications: [], documents: [document] },
    document,
    object,
    references: referencesIn(object.dataset),
    at: (place) => ({ blob, offset: place.offset, length: 'elements' in place ? 8 : Math.max(8, place.valueOffset - place.offset), path: place.path }),
  };
  return { view: async <V>(_: BlobRef, key: ViewKey<V>) => (key.name === manifestView.name ? (manifest as unknown as V) : undefined) };
}
