/**
 * The judgement of a run: a function of stored bytes alone. No clock, socket, simulator or fault name enters here, so the preview during a run,
 * `assay judge` on the finished folder and a re-judgement years later agree byte for byte.
 */
import type {
  AttemptContext,
  AttemptRecord,
  Exchange,
  Finding,
  JudgeContext,
  Judgement,
  Message,
  Requirement,
  RequirementId,
  RequirementResult,
  RunRecord,
  Verdict,
  ViewSource,
} from '../contracts.js';
import { Views } from '../formats/viewer.js';
import { applies, messagesFor, reasonWithoutCheck, type Claim } from '../requirements/applicability.js';
import { coveredBy, levelOf, mandatoryOf, overallOf, scopeOf, verdictOf, worst } from '../requirements/verdict.js';
import { builtInChecks, type RegisteredCheck } from './registry.js';
import { runCheck } from './run-check.js';
import { schemaValidator } from './schema-validator.js';

export interface JudgeOptions {
  /** Judge these requirements only. */
  only?: readonly RequirementId[];
  /** A folder of official schemas to consult as well. */
  schemasDir?: string;
  /** Views that are shared between judgements of the same evidence. */
  views?: ViewSource;
  /** Other checks than the built-in ones. */
  checks?: readonly RegisteredCheck[];
  /** Scenario packs of deployments in force (`DIR1`). */
  packs?: readonly string[];
  /** Milliseconds for one check on one message. */
  timeLimit?: number;
}

/** What the checks of one requirement saw. */
interface Seen {
  findings: Finding[];
  /** Verdicts of the attempts that count, and of checks that found nothing to look at in them. */
  verdicts: Verdict[];
  errors: string[];
}

/** Judges a run. Never throws for what a peer sent. */
export async function judge(record: RunRecord, options: JudgeOptions = {}): Promise<Judgement> {
  const claim = record.sut.claims[0];
  if (!claim) throw new Error('The system under test claims no actor: its description needs an entry under claims.');
  const programme = record.programme.actors[claim.actor];
  const mandatory = mandatoryOf(programme, claim);
  const covered = programme && coveredBy(programme, claim);
  const promised = new Set([...mandatory, ...(covered ?? programme?.recommended ?? [])]);
  const checks = groupByRequirement(options.checks ?? (await builtInChecks()));
  const only = options.only && new Set(options.only);
  const court = new Court(record, options);

  const results: RequirementResult[] = [];
  // Most of the catalogue speaks of other actors: only what a check decides or the programme names is looked at.
  const wanted = record.catalogue.filter(({ id }) => (checks.has(id) || promised.has(id)) && (!only || only.has(id)));
  for (const requirement of wanted.sort(byId)) {
    const own = checks.get(requirement.id) ?? [];
    const applicable = applies(requirement, claim, options.packs);
    if (!mandatory.has(requirement.id) && !applicable) continue;
    const seen = await court.hear(requirement, applicable ? own : []);
    const result = { ...resultOf(requirement, seen, claim, applicable && own.length > 0), level: levelOf(requirement, programme?.levels), mandatory: mandatory.has(requirement.id) };
    results.push(result.mandatory && result.verdict === 'pass' && !promisedIn(record, requirement.id) ? { ...result, verdict: 'not exercised', why: NOT_PROMISED } : result);
  }
  return {
    schema: 'assay-judgement/1',
    run: record.id,
    actor: claim.actor,
    overall: record.chainProblem === undefined ? overallOf(results) : cautious(overallOf(results)),
    scope: scopeOf(claim),
    programme: { id: record.programme.id, version: record.programme.version, sha256: record.programmeSha, decisionRule: record.programme.decisionRule },
    catalogue: { sha256: record.catalogueSha, entries: record.catalogue.length },
    requirements: results,
    attempts: record.attempts.map((attempt) => court.attemptVerdict(attempt)),
    incidents: record.chainProblem === undefined ? record.incidents : [...record.incidents, { at: record.opened, what: `The event log's hash chain does not hold: ${record.chainProblem}` }],
    chainHead: record.chainHead,
  };
}

const NOT_PROMISED = 'no scenario of this run promises to exercise it, so that what was seen of it may be chance';

/** A violation counts wherever it is seen; a mandatory requirement passes only where a scenario set out to exercise it. */
const promisedIn = (record: RunRecord, id: RequirementId): boolean => record.attempts.some((attempt) => !attempt.superseded && (attempt.exercises?.includes(id) ?? true));

/** A log that was altered supports no claim of conformance. */
const cautious = (overall: Judgement['overall']): Judgement['overall'] => (overall === 'conforms' ? 'not concluded' : overall);

const byId = (a: Requirement, b: Requirement): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

function groupByRequirement(checks: readonly RegisteredCheck[]): Map<RequirementId, RegisteredCheck[]> {
  const groups = new Map<RequirementId, RegisteredCheck[]>();
  for (const entry of checks) groups.set(entry.check.decides, [...(groups.get(entry.check.decides) ?? []), entry]);
  return groups;
}

function resultOf(requirement: Requirement, seen: Seen, claim: Claim, hasCheck: boolean): Pick<RequirementResult, 'id' | 'verdict' | 'why' | 'findings'> {
  const verdict = worst(seen.verdicts) ?? 'not exercised';
  const why = hasCheck ? whyOf(verdict, seen, requirement) : reasonWithoutCheck(requirement, claim);
  return { id: requirement.id, verdict, ...(why !== undefined && { why }), findings: seen.findings };
}

function whyOf(verdict: Verdict, seen: Seen, requirement: Requirement): string | undefined {
  const because = (outcome: Finding['outcome']) => seen.findings.find((finding) => finding.outcome === outcome)?.because;
  switch (verdict) {
    case 'error':
      return seen.errors.join('; ');
    case 'fail':
    case 'warning':
      return because('violated');
    case 'inconclusive':
      return because('undecidable');
    case 'not applicable':
      return because('not applicable');
    case 'not exercised':
      return because('not exercised') ?? notSeen(requirement);
    case 'pass':
      return undefined;
  }
}

/** Nothing came that the requirement could be seen in: which message that would have been. */
function notSeen({ transaction, needs }: Requirement): string {
  const carrier = { KOS: 'readable manifest', METADATA: 'metadata', SOAP: 'SOAP message', MTOM: 'MTOM package' }[transaction];
  const what = carrier ? `no ${carrier} to which it applies came from the system under test` : `no ${transaction} message to which it applies came from the system under test`;
  return `${what}${needs.length > 0 ? `; it needs ${needs.join(', ')}` : ''}`;
}

/** Hears the checks, attempt by attempt. */
class Court {
  private readonly views: ViewSource;
  private readonly exchanges: Map<string, Exchange>;
  private readonly perAttempt = new Map<AttemptRecord, Verdict[]>();
  private readonly contexts = new Map<AttemptRecord, AttemptContext>();
  private readonly messageContexts = new Map<AttemptRecord, Map<Message, JudgeContext>>();
  private readonly validate: (xml: string) => ReturnType<AttemptContext['validateSchema']>;

  constructor(
    private readonly record: RunRecord,
    private readonly options: JudgeOptions,
  ) {
    this.views = options.views ?? new Views(record.evidence);
    this.exchanges = new Map(record.exchanges.map((exchange) => [exchange.id, exchange]));
    this.validate = schemaValidator(options.schemasDir);
  }

  async hear(requirement: Requirement, checks: readonly RegisteredCheck[]): Promise<Seen> {
    const seen: Seen = { findings: [], verdicts: [], errors: [] };
    for (const { check } of checks) {
      let counted = 0;
      for (const attempt of this.record.attempts) {
        const verdicts = await this.hearAttempt(requirement, check, attempt, seen);
        this.note(attempt, verdicts);
        if (attempt.superseded) continue;
        counted += verdicts.length;
        seen.verdicts.push(...verdicts);
      }
      // Several checks may decide one requirement: one of them that found nothing to look at leaves it open.
      if (counted === 0) seen.verdicts.push('not exercised');
    }
    return seen;
  }

  private async hearAttempt(requirement: Requirement, check: RegisteredCheck['check'], attempt: AttemptRecord, seen: Seen): Promise<Verdict[]> {
    const level = levelOf(requirement, this.record.programme.actors[this.record.sut.claims[0]?.actor ?? '']?.levels);
    const verdicts: Verdict[] = [];
    const hear = async (exchange: Exchange | undefined, start: Parameters<typeof runCheck>[0]): Promise<void> => {
      const run = await runCheck(start, this.options.timeLimit);
      if (!run) return;
      for (const observation of run.observations) {
        seen.findings.push({ requirement: requirement.id, check: check.id, ...(exchange && { exchange: exchange.id }), attempt: attempt.facts.id, ...observation });
        verdicts.push(verdictOf(observation, requirement, level));
      }
      if (run.error === undefined) return;
      verdicts.push('error');
      if (!attempt.superseded) seen.errors.push(`the check ${check.id} failed${exchange ? ` on exchange ${exchange.id}` : ''}: ${run.error}`);
    };
    const related = attempt.exchanges.flatMap((id) => this.exchanges.get(id) ?? []);
    if (check.subject === 'attempt') {
      await hear(undefined, async () => check.judge(attempt.facts, this.attemptContext(attempt, related)));
      return verdicts;
    }
    for (const exchange of related) {
      for (const message of messagesFor(requirement, exchange)) {
        await hear(exchange, async () => {
          const view = await this.views.view(message.raw, check.view);
          return view === undefined ? undefined : check.judge(view, this.judgeContext(attempt, related, exchange, message));
        });
      }
    }
    return verdicts;
  }

  /** Contexts are shared by all checks of an attempt or message: they hold facts, no state. */
  private attemptContext(attempt: AttemptRecord, related: readonly Exchange[]): AttemptContext {
    let context = this.contexts.get(attempt);
    if (!context) {
      context = {
        sut: this.record.sut,
        truth: { instances: async () => attempt.delivered },
        facts: attempt.facts,
        related,
        view: (blob, key) => this.views.view(blob, key),
        validateSchema: this.validate,
        read: (blob, range) => this.record.evidence.read(blob, range),
      };
      this.contexts.set(attempt, context);
    }
    return context;
  }

  private judgeContext(attempt: AttemptRecord, related: readonly Exchange[], exchange: Exchange, message: Message): JudgeContext {
    let known = this.messageContexts.get(attempt);
    if (!known) this.messageContexts.set(attempt, (known = new Map<Message, JudgeContext>()));
    let context = known.get(message);
    if (!context) known.set(message, (context = { ...this.attemptContext(attempt, related), exchange, message }));
    return context;
  }

  private note(attempt: AttemptRecord, verdicts: Verdict[]): void {
    const seen = this.perAttempt.get(attempt);
    if (seen) seen.push(...verdicts);
    else this.perAttempt.set(attempt, [...verdicts]);
  }

  /** The worst that was seen in one attempt. What an attempt did not provoke does not weigh on it: that is the business of the claim. */
  attemptVerdict(attempt: AttemptRecord): Judgement['attempts'][number] {
    const seen = (this.perAttempt.get(attempt) ?? []).filter((verdict) => verdict !== 'not exercised' && verdict !== 'not applicable');
    return {
      id: attempt.facts.id,
      scenario: attempt.facts.scenario,
      sha256: attempt.scenarioSha,
      n: attempt.n,
      superseded: attempt.superseded,
      start: attempt.start,
      end: attempt.end,
      verdict: worst(seen) ?? 'not exercised',
    };
  }
}
