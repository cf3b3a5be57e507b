/**
 * The contracts that every room shares: types only, imports nothing.
 * They change only in a commit of their own, with the reason.
 */
export type Verdict = 'pass' | 'warning' | 'fail' | 'not exercised' | 'not applicable' | 'inconclusive' | 'error';
export type RunStatus = 'ready' | 'running' | 'waiting for SUT' | 'waiting for operator' | 'finished' | 'interrupted';
export type Level = 'SHALL' | 'SHOULD' | 'MAY';
export type RequirementId = string;
export type Sha256 = string;
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

// ── Evidence ────────────────────────────────────────────────────────────────
export interface BlobRef {
  sha256: Sha256;
  size: number;
}
/** A folder today, an S3-compatible store tomorrow. */
export interface EvidenceStore {
  create(): Promise<BlobWriter>;
  /** `range.to` is exclusive. */
  read(blob: BlobRef, range?: { from: number; to?: number }): AsyncIterable<Uint8Array>;
}
/** Back-pressure by awaiting `write`; `seal` returns once the bytes are on stable storage. A cut-off message is sealed too. */
export interface BlobWriter {
  write(chunk: Uint8Array): Promise<void>;
  seal(): Promise<BlobRef>;
}

export interface Party {
  role: 'sut' | 'simulator' | 'peer';
  system: string;
  actor?: string;
  /** host:port, or an AE title with host:port. */
  address: string;
  tls?: { protocol: string; cipher: string; chain: BlobRef[] };
}
export interface Message {
  from: 'initiator' | 'responder';
  raw: BlobRef;
  start: string;
  end: string;
  complete: boolean;
}
/** One interaction. Neither party need be ours: a relay or an imported capture gives exchanges too. */
export interface Exchange {
  id: string;
  run: string;
  connection: string;
  /** The exchange that led to this one. */
  cause?: string;
  protocol: 'http' | 'dimse' | 'mllp' | 'syslog' | 'file';
  vantage: 'terminated' | 'relayed' | 'imported';
  initiator: Party;
  responder: Party;
  /** `RAD-68`, `ITI-42`, `RAD-69`, `C-STORE` (one association), …; undefined: not recognised, evidence all the same. */
  transaction?: string;
  /** 0..n: pending C-FIND answers, asynchronous replies, no answer at all. */
  messages: Message[];
  ended: 'complete' | 'reset' | 'timeout' | 'refused' | 'malformed';
}

// ── Judging ─────────────────────────────────────────────────────────────────
/** `offset` and `length` count bytes of the stored blob; `line` and `column` are 1-based and count from the blob's first byte, column in bytes. */
export interface Location {
  blob: BlobRef;
  offset: number;
  length: number;
  line?: number;
  column?: number;
  /** XPath-like element path, DICOM tag path, header name. */
  path?: string;
}
/** `not exercised`: the check ran and found that what it decides was not provoked (a missing positive control, for instance). */
export type Outcome = 'met' | 'violated' | 'not applicable' | 'not exercised' | 'undecidable';
/** What one check saw at one place. Level, waiver and verdict come later, from requirement, programme and engine. */
export interface Observation {
  outcome: Outcome;
  /** A violation that the catalogue entry itself calls a warning (for instance: absent where only a wrong value is an error). */
  atMost?: 'warning';
  at?: Location;
  expected?: string;
  found?: string;
  /** One sentence for a vendor's engineer: what was seen, in the standard's words. */
  because: string;
  /** The likely cause and how to mend it. Wanted for every violation. */
  remedy?: string;
}
export interface Finding extends Observation {
  requirement: RequirementId;
  check: string;
  /** The exchange that was judged; absent for a finding on the attempt as a whole. */
  exchange?: string;
  attempt?: string;
}
/**
 * Which exchanges a check applies to follows from its requirement (transaction, obliged actors, side, when): a check does not repeat it.
 * `subject: 'message'` (the usual): asked once for each message of the obliged party. `'attempt'`: asked once for each attempt of a scenario,
 * also when no message came (silence).
 */
export type Check<V = unknown> = MessageCheck<V> | AttemptCheck;
export interface MessageCheck<V> {
  subject: 'message';
  id: string;
  decides: RequirementId;
  view: ViewKey<V>;
  judge(view: V, context: JudgeContext): Iterable<Observation> | AsyncIterable<Observation>; // yielding nothing is Assay's error
}
export interface AttemptCheck {
  subject: 'attempt';
  id: string;
  decides: RequirementId;
  judge(attempt: AttemptFacts, context: AttemptContext): Iterable<Observation> | AsyncIterable<Observation>;
}
/** A tolerant reader with positions; parsed once a blob, shared by all checks. `undefined`: the message has no such view (no manifest in it). */
export interface ViewKey<V> {
  readonly name: string;
  parse(source: AsyncIterable<Uint8Array>, blob: BlobRef, from: ViewSource): Promise<V | undefined>;
}
/** Lets one view build on another of the same blob. */
export interface ViewSource {
  view<V>(blob: BlobRef, key: ViewKey<V>): Promise<V | undefined>;
}
/** No clock, socket, file, simulator or fault name: a judgement is a function of stored bytes. */
export interface AttemptContext extends ViewSource {
  readonly sut: SutDescription;
  readonly truth: StudyTruth;
  readonly facts: AttemptFacts;
  /** Every exchange of the attempt, in order. */
  readonly related: readonly Exchange[];
  /** Validates an XML element, given as text, against Assay's schemas (and `--schemas DIR`, when given). Lines count from 1 in the text. */
  validateSchema(xml: string): Promise<SchemaProblem[]>;
  /** Bytes of a blob, for comparisons of pixel data and documents. */
  read(blob: BlobRef, range?: { from: number; to?: number }): AsyncIterable<Uint8Array>;
}
export interface JudgeContext extends AttemptContext {
  readonly exchange: Exchange;
  /** The message that is judged. */
  readonly message: Message;
}
export interface SchemaProblem {
  line: number;
  message: string;
}
/** The study as it really is, read from the bytes that were delivered (or from RAD-69 where nothing was delivered). */
export interface StudyTruth {
  instances(): Promise<readonly TrueInstance[]>;
}
export interface TrueInstance {
  study: string;
  series: string;
  sop: string;
  sopClass: string;
  transferSyntax: string;
  /** The data set (without preamble and file meta) as it was sent, in `transferSyntax`: `length` bytes from `offset` of `blob`. */
  blob: BlobRef;
  offset: number;
  length: number;
}
/** What happened in one attempt of a scenario, read from the event log. */
export interface AttemptFacts {
  id: string;
  scenario: string;
  /** What the scenario gave: which patient, which study. */
  given: {
    patient?: PatientIdentity;
    study?: { uid: string; accession?: { number: string; authority?: string } };
  };
  /** Each prompt that a person or hook confirmed as done. */
  stimuli: { step: number; text: string; at: string; by: string }[];
  /** Each await: what for, how long, and whether it came. */
  awaits: { step: number; transaction: string; at: string; withinMs: number; outcome: 'arrived' | 'timed out' | 'aborted'; exchange?: string; listenerReachable: boolean }[];
  /** Each active step towards the SUT that could not be carried out: refused, reset, no answer. */
  failures: { step: number; verb: string; message: string; ours: boolean }[];
  /** SOP Instance UIDs that the SUT acknowledged by C-STORE with status 0000. */
  delivered: string[];
}
/** The departmental identifier is what the images hold; the domain identifier is that of the affinity domain. Both as CX. */
export interface PatientIdentity {
  name: string;
  departmentalId: string;
  domainId: string;
  birthDate?: string;
  sex?: string;
}

// ── Acting ──────────────────────────────────────────────────────────────────
export interface Step<P, R extends Json | void> {
  verb: string;
  schema: Json;
  onResume: 'repeat' | 'skip if done' | 'ask';
  run(parameters: P, context: StepContext): Promise<R>;
}
export interface StepContext {
  signal: AbortSignal;
  log: EventLog;
  evidence: EvidenceStore;
  clock: () => Date;
  simulator(name: string): RunningSimulator;
  next(matcher: Matcher, withinMs: number): Promise<Exchange>;
  ask(prompt: Prompt): Promise<Answer>;
}
/** `explain` gives the first reason why a message was not the awaited one; undefined: it is. */
export interface Matcher {
  transaction: string;
  at: string;
  where: Record<string, string>;
  explain(exchange: Exchange): Promise<string | undefined>;
}
export interface Prompt {
  kind: 'do' | 'attest';
  text: string;
  attachments?: boolean;
  /** What a hook needs to act on the SUT: study and patient identifiers, addresses of our listeners. */
  values?: Record<string, string>;
}
export interface Answer {
  by: string;
  at: string;
  value: 'done' | 'yes' | 'no' | 'cannot tell';
  note?: string;
  attachments: BlobRef[];
}

export interface Simulator<S = Json> {
  /** kebab-case folder name: `document-repository`. */
  name: string;
  /** The framework's name: `Document Repository`. */
  actor: string;
  /** JSON Schema of its settings. */
  settings: Json;
  faults: readonly Fault[];
  start(host: SimulatorHost, settings: S): Promise<RunningSimulator>;
}
/** A simulator's only way to the network and the disk: capture sits here, below every parser. */
export interface SimulatorHost {
  listenHttp(options: HttpListen, handler: HttpHandler): Promise<Listening>;
  dialHttp(request: HttpRequest): Promise<HttpExchange>;
  listenDimse(options: DimseListen, handler: DimseHandler): Promise<Listening>;
  dialDimse(request: DimseStoreRequest): Promise<DimseStoreOutcome>;
  evidence: EvidenceStore;
  /** A private folder, made for this simulator. */
  dataDir: string;
  random: () => number;
  clock: () => Date;
  signal: AbortSignal;
  fault?: string;
}
export interface Listening {
  /** As a peer reaches it: `https://host:port`, `dicom://AET@host:port`. */
  url: string;
  port: number;
  close(): Promise<void>;
}
export interface TlsSettings {
  key: string;
  cert: string;
  ca?: string;
  /** Ask the peer for a certificate and refuse one that `ca` does not vouch for. */
  mutual?: boolean;
}
export interface HttpListen {
  actor: string;
  port?: number;
  tls?: TlsSettings;
  /** Names the transaction of a request from its stored bytes. */
  recognise(received: ReceivedHttp): Promise<string | undefined>;
}
/** A request that is already on stable storage. Handlers read it from the store: nothing is buffered for them. */
export interface ReceivedHttp {
  exchange: string;
  method: string;
  target: string;
  raw: BlobRef;
  transaction?: string;
}
/** Evidence and event are on disk before the answer leaves. */
export type HttpHandler = (received: ReceivedHttp) => Promise<HttpAnswer>;
export interface HttpAnswer {
  status: number;
  headers: [string, string][];
  body: Uint8Array | AsyncIterable<Uint8Array>;
  /** Misbehaviour of a simulator that has a fault: cut the connection after so many bytes. */
  cutAfter?: number;
}
export interface HttpRequest {
  to: string;
  method: string;
  headers: [string, string][];
  body: Uint8Array | AsyncIterable<Uint8Array>;
  transaction?: string;
  actor: string;
  cause?: string;
  timeoutMs?: number;
  tls?: Partial<TlsSettings>;
}
/** What was sent and what came back, both on stable storage. Without an answer `response` is undefined and `ended` says why. */
export interface HttpExchange {
  exchange: Exchange;
  response?: BlobRef;
  status?: number;
  /** Why there is no whole answer, in words for a person. */
  problem?: string;
}
export interface DimseListen {
  actor: string;
  port?: number;
  aeTitle: string;
  tls?: TlsSettings;
}
/** One C-STORE, reassembled from the raw bytes of the association. */
export interface ReceivedInstance {
  exchange: string;
  sopClass: string;
  sopInstance: string;
  transferSyntax: string;
  callingAe: string;
  /** The data set as it was sent. */
  dataset: BlobRef;
}
/** Returns the DIMSE status to answer with. */
export interface DimseHandler {
  store(received: ReceivedInstance): Promise<number>;
}
export interface DimseStoreRequest {
  /** host:port */
  to: string;
  calledAe: string;
  callingAe: string;
  actor: string;
  /** Part 10 files; none: a C-ECHO only. Their data sets are sent byte for byte. */
  files: string[];
  timeoutMs?: number;
  tls?: Partial<TlsSettings>;
}
export interface DimseStoreOutcome {
  exchange: Exchange;
  /** DIMSE status by SOP Instance UID; absent: no answer. `echo` for the C-ECHO. */
  statuses: Record<string, number>;
  problem?: string;
}
export interface RunningSimulator {
  /** By name: `url`, `dicom`, `aeTitle`, `repositoryUniqueId`. */
  endpoints: Record<string, string>;
  call(operation: string, args: Json): Promise<Json>;
  stop(): Promise<void>;
}
/** The whole verdict vector that a fault must lead to: what it breaks, what breaks with it, what can then not be exercised. */
export interface Fault {
  id: string;
  actor: string;
  /** One line for `assay list`: what the broken product does. */
  title: string;
  breaks: RequirementId;
  alsoBreaks: RequirementId[];
  hides: RequirementId[];
  expectedExit: 0 | 1 | 2;
}

// ── The run's truth ─────────────────────────────────────────────────────────
/** One writer a run; `fence` is the lease of the worker that owns it. A page follows with Last-Event-ID = seq. The run folder is its export. */
export interface EventLog {
  append(event: EventBody, options?: { durable?: boolean; fence?: number }): Promise<RunEvent>;
  follow(after: number, signal: AbortSignal): AsyncIterable<RunEvent>;
  head(): Promise<{ seq: number; hash: Sha256 }>;
}
export interface EventBody {
  type: string;
  v: number;
  data: Json;
}
export interface RunEvent extends EventBody {
  seq: number;
  at: string;
  prev: Sha256;
  hash: Sha256;
}

// ── What is tested, against what, with what outcome ─────────────────────────
export interface Code {
  code: string;
  system: string;
  display?: string;
}
export interface SutDescription {
  schema: 'assay-sut/1';
  product: { vendor: string; name: string; version: string };
  /** `tests`: a partial claim, to these tests of the programme only; the report then says so in its face. */
  claims: { profile: string; edition: string; actor: string; options: string[]; systems: string[]; tests?: string[] }[];
  systems: Record<
    string,
    {
      endpoints: Record<string, string>;
      aeTitles?: Record<string, string>;
      oids?: Record<string, string>;
      tls?: Json;
    }
  >;
  domain: {
    /** Codes that the affinity domain prescribes, by attribute (`classCode`, `practiceSettingCode`, …); an empty list prescribes nothing. */
    codes: Record<string, Code[]>;
    /** By use: `patient` (affinity domain), `departmental`, `accession`; OIDs. */
    assigningAuthorities: Record<string, string>;
    timezone?: string;
  };
  /** How the SUT reaches us: behind NAT, in a container. */
  reach: { advertise: string; bind?: string; ports?: Record<string, number> };
  /** Declared deadlines, milliseconds. */
  timing: Record<string, number>;
  /** One run at a time. */
  exclusive: boolean;
  secrets: Record<string, { env: string } | { file: string }>;
}
export interface Requirement {
  id: RequirementId;
  standard: string;
  section: string;
  transaction: string;
  obliged: string[];
  side: 'initiator' | 'responder' | 'either' | 'none';
  scope: 'message' | 'exchange' | 'run' | 'attest';
  when: { options: string[]; condition: string };
  needs: string[];
  level: Level;
  requirement: string;
  check: string;
  violation: string;
  sameAs: RequirementId[];
  evidence: string;
  /** The substance was seen on the page named; `false`: a violation warns, whatever the level. */
  checked: boolean;
}
/** Versioned, signed data of whoever runs a programme. The report's verdict is computed from programme × claims, never from what a scenario says of itself. */
export interface Programme {
  schema: 'assay-programme/1';
  id: string;
  version: string;
  title: string;
  sources: string[];
  decisionRule: string;
  rerunRule: string;
  seriesRule?: string;
  actors: Record<string, ProgrammeActor>;
  waivers: 'none' | 'with approver';
}
export interface ProgrammeActor {
  mandatory: RequirementId[];
  recommended: RequirementId[];
  options: Record<string, { mandatory: RequirementId[]; scenarios: string[] }>;
  scenarios: string[];
  levels: Record<RequirementId, { level: Level; why: string }>;
  /** The programme's tests: what a partial claim may name. */
  tests: { id: string; title: string; series: string; covers: RequirementId[]; provokes: string[]; positiveControl: string; sameAs?: string[]; note?: string }[];
}
export type Overall = 'conforms' | 'does not conform' | 'not concluded';
export interface RequirementResult {
  id: RequirementId;
  level: Level;
  mandatory: boolean;
  verdict: Verdict;
  why?: string;
  findings: Finding[];
  waiver?: Json;
}
/** What `assay judge` computes from stored bytes alone, and what every report renders. */
export interface Judgement {
  schema: 'assay-judgement/1';
  run: string;
  actor: string;
  overall: Overall;
  /** The claim in words: the actor as a whole, or the tests of a partial claim. */
  scope: string;
  programme: { id: string; version: string; sha256: Sha256; decisionRule: string };
  catalogue: { sha256: Sha256; entries: number };
  requirements: RequirementResult[];
  attempts: { id: string; scenario: string; sha256: Sha256; n: number; superseded: boolean; start: string; end: string; verdict: Verdict }[];
  incidents: { at: string; what: string }[];
  chainHead: Sha256;
}
export interface ReportModel extends Omit<Judgement, 'schema'> {
  schema: 'assay-report/1';
  id: string;
  supersedes?: string;
  kind: 'self-test' | 'supervised' | 'connectathon' | 'certification';
  issued: string;
  sut: SutDescription;
  tool: { name: string; version: string; commit?: string; platform: string; lockfile?: Sha256 };
  texts: Record<RequirementId, Pick<Requirement, 'standard' | 'section' | 'requirement' | 'transaction'>>;
  exchanges: Exchange[];
  /** Lines around each finding's place, for readers; by `${blob.sha256}:${offset}`. */
  excerpts: Record<string, Excerpt>;
  steps: { attempt: string; index: number; verb: string; summary: string; outcome: string; start: string; end: string }[];
  attestations: (Omit<Prompt, 'attachments'> & Answer)[];
  redactions: { original: Sha256; replaced: Sha256; rule: string }[];
}
export interface Excerpt {
  kind: 'text' | 'dicom' | 'hex';
  firstLine: number;
  lines: string[];
  /** Index into `lines`, and the columns marked in it (0-based, end exclusive). */
  mark?: { line: number; from: number; to: number };
  /** A hex dump cuts what is marked into rows: the marks behind the first. */
  moreMarks?: { line: number; from: number; to: number }[];
}

// ── The run as read back ────────────────────────────────────────────────────
/** A run folder, read from its event log and evidence: all that a judgement or a report may know. */
export interface RunRecord {
  id: string;
  kind: ReportModel['kind'];
  opened: string;
  status: RunStatus;
  sut: SutDescription;
  catalogue: Requirement[];
  catalogueSha: Sha256;
  programme: Programme;
  programmeSha: Sha256;
  exchanges: Exchange[];
  attempts: AttemptRecord[];
  steps: ReportModel['steps'];
  incidents: { at: string; what: string }[];
  attestations: (Omit<Prompt, 'attachments'> & Answer)[];
  chainHead: Sha256;
  /** First place where the hash chain of the event log does not hold. */
  chainProblem?: string;
  evidence: EvidenceStore;
}
export interface AttemptRecord {
  facts: AttemptFacts;
  scenarioSha: Sha256;
  /** What the scenario promises to exercise; absent where no scenario was run (an imported capture): then nothing is held against it. */
  exercises?: RequirementId[];
  n: number;
  superseded: boolean;
  start: string;
  end: string;
  status: RunStatus;
  /** Ids, in order. */
  exchanges: string[];
  delivered: TrueInstance[];
}
