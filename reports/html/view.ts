/** Arranges the report model for the template: order, anchors, words. It decides nothing. */
import type { Exchange, Finding, ReportModel, RequirementResult, Verdict } from '../../harness/contracts.js';
import { sequenceSvg } from './sequence.js';

const ORDER: Verdict[] = ['fail', 'error', 'inconclusive', 'not exercised', 'warning', 'pass', 'not applicable'];
export const cssOf = (verdict: string): string => verdict.replace(/[^a-z]+/g, '-');
const short = (sha: string): string => `${sha.slice(0, 12)}…`;
const time = (iso: string): string => iso.replace('T', ' ').replace(/(\.\d{3})?Z$/, 'Z');

export interface Signer {
  subject: string;
  fingerprint: string;
  origin: 'self-made' | 'configured';
}

export function reportView(model: ReportModel, signer: Signer): Record<string, unknown> {
  const anchors = new Map(model.exchanges.map((e, i) => [e.id, `exchange-${i + 1}`]));
  const requirements = [...model.requirements].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || Number(b.mandatory) - Number(a.mandatory) || a.id.localeCompare(b.id));
  const findings = requirements.flatMap((r) => alike(r.findings.filter(shown)).map(([finding, ...others]) => ({ requirement: r, finding: finding!, others })));
  const broken = new Set(requirements.flatMap((r) => r.findings).filter(({ outcome }) => outcome === 'violated').map((f) => exchangeOf(model, f)?.exchange.id));
  const counts = ORDER.map((verdict) => ({ verdict, css: cssOf(verdict), count: model.requirements.filter((r) => r.verdict === verdict).length, mandatory: model.requirements.filter((r) => r.verdict === verdict && r.mandatory).length }));
  return {
    model,
    selfTest: model.kind === 'self-test',
    selfMade: signer.origin === 'self-made',
    signer,
    overallCss: cssOf(model.overall),
    issued: time(model.issued),
    counts: counts.filter((c) => c.count > 0),
    mandatoryTotal: model.requirements.filter((r) => r.mandatory).length,
    total: model.requirements.length,
    products: model.sut.product,
    claims: model.sut.claims,
    systems: Object.entries(model.sut.systems).map(([name, s]) => ({ name, rows: [...Object.entries(s.endpoints), ...Object.entries(s.aeTitles ?? {}).map(([k, v]) => [`AE title ${k}`, v]), ...Object.entries(s.oids ?? {})] })),
    findings: findings.map((f, i) => findingView(model, f.requirement, f.finding, f.others, `finding-${i + 1}`, anchors)),
    open: byReason(requirements.filter((r) => r.mandatory && ['not exercised', 'inconclusive', 'error'].includes(r.verdict)).map((r) => requirementView(model, r))),
    groups: groupByTransaction(model, requirements),
    // As they began: the log has them as they ended, and a registration ends before the submission that caused it.
    sequence: sequenceSvg([...model.exchanges].sort((a, b) => begun(a).localeCompare(begun(b))).map((e) => ({ exchange: e, anchor: anchors.get(e.id) ?? '', answer: answerOf(e), broken: broken.has(e.id) }))),
    exchanges: model.exchanges.map((e) => exchangeView(e, anchors.get(e.id) ?? '', broken.has(e.id))),
    attempts: model.attempts.map((a) => ({ ...a, css: cssOf(a.verdict), start: time(a.start), end: time(a.end), sha: short(a.sha256), steps: model.steps.filter((s) => s.attempt === a.id).map((s) => ({ ...s, number: s.index + 1, css: cssOf(s.outcome), ms: Date.parse(s.end) - Date.parse(s.start) })) })),
    incidents: model.incidents,
    attestations: model.attestations,
    settings: settingsOf(model),
  };
}

const shown = (finding: Finding): boolean => finding.outcome === 'violated' || finding.outcome === 'undecidable';

/** Findings of one requirement that say the same and ask for the same are one thing to mend: shown once, with each place. */
function alike(findings: Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.outcome, finding.atMost, finding.because, finding.remedy]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()];
}

/** What keeps a result open is often one thing for many requirements. */
function byReason(rows: RequirementRow[]): { verdict: Verdict; css: string; why: string; rows: RequirementRow[] }[] {
  const groups = new Map<string, { verdict: Verdict; css: string; why: string; rows: RequirementRow[] }>();
  for (const row of rows) {
    // What a requirement needs besides a message stands in its own row below.
    const why = (row.why ?? '').replace(/; it needs .*$/, '');
    const group = groups.get(`${row.verdict} ${why}`) ?? { verdict: row.verdict, css: row.css, why, rows: [] };
    group.rows.push(row);
    groups.set(`${row.verdict} ${why}`, group);
  }
  return [...groups.values()];
}

/** The exchange in which a finding lies: the one that was judged, or the one whose message it points into. */
function exchangeOf(model: ReportModel, finding: Finding): { exchange: Exchange; message?: Exchange['messages'][number] } | undefined {
  const sha = finding.at?.blob.sha256;
  const exchange = model.exchanges.find((e) => (finding.exchange ? e.id === finding.exchange : e.messages.some((m) => m.raw.sha256 === sha)));
  return exchange && { exchange, message: exchange.messages.find((m) => m.raw.sha256 === sha) };
}

function whereIn(model: ReportModel, finding: Finding): string | undefined {
  const { exchange, message } = exchangeOf(model, finding) ?? {};
  if (!exchange) return undefined;
  const name = exchange.transaction ?? exchange.protocol.toUpperCase();
  if (!message) return name;
  const sender = message.from === 'initiator' ? exchange.initiator : exchange.responder;
  return `${name}, ${message.from === 'initiator' ? 'request' : 'answer'} of the ${sender.role === 'sut' ? 'system under test' : 'simulated ' + (sender.actor ?? sender.system)}`;
}

const placeOf = ({ at }: Finding): string => (at ? [at.line ? `line ${at.line}, column ${at.column ?? 1}` : '', `byte ${at.offset}`].filter(Boolean).join(', ') : '');

/** What differs among findings that are alike. */
function otherView(first: Finding, other: Finding): Record<string, unknown> {
  const differs = (name: 'expected' | 'found'): string | undefined => (other[name] === first[name] ? undefined : other[name]);
  const elsewhere = other.at?.blob.sha256 !== first.at?.blob.sha256 || other.at?.offset !== first.at?.offset;
  return { expected: differs('expected'), found: differs('found'), place: elsewhere ? placeOf(other) : 'the same place', path: elsewhere ? other.at?.path : undefined };
}

function settingsOf(model: ReportModel): { name: string; value: string }[] {
  return [
    { name: 'Programme', value: `${model.programme.id} ${model.programme.version}, sha256 ${short(model.programme.sha256)}` },
    { name: 'Catalogue of requirements', value: `${model.catalogue.entries} entries, sha256 ${short(model.catalogue.sha256)}` },
    { name: 'Tool', value: `${model.tool.name} ${model.tool.version}${model.tool.commit ? ` (${model.tool.commit})` : ''}, ${model.tool.platform}` },
    { name: 'Packages', value: model.tool.lockfile ? `lock file sha256 ${short(model.tool.lockfile)}` : 'lock file not at hand' },
    { name: 'Run', value: model.run },
    { name: 'Head of the event chain', value: model.chainHead },
    { name: 'Declared deadlines', value: Object.entries(model.sut.timing).map(([k, v]) => `${k} ${v / 1000} s`).join(', ') || 'none' },
  ];
}

function findingView(model: ReportModel, requirement: RequirementResult, finding: Finding, others: Finding[], anchor: string, anchors: Map<string, string>): Record<string, unknown> {
  const text = model.texts[requirement.id];
  const at = finding.at;
  const excerpt = at && model.excerpts[`${at.blob.sha256}:${at.offset}`];
  return {
    anchor,
    finding,
    requirement,
    css: cssOf(finding.outcome === 'undecidable' ? 'inconclusive' : finding.atMost === 'warning' || requirement.verdict === 'warning' ? 'warning' : 'fail'),
    word: finding.outcome === 'undecidable' ? 'could not tell' : finding.atMost === 'warning' || requirement.verdict === 'warning' ? 'warning' : 'violated',
    text,
    exchange: anchors.get(exchangeOf(model, finding)?.exchange.id ?? ''),
    exchangeName: whereIn(model, finding),
    attempt: at ? undefined : attemptOf(model, finding),
    place: placeOf(finding),
    others: others.map((other) => otherView(finding, other)),
    path: at?.path,
    evidence: at && `evidence/${at.blob.sha256}`,
    excerpt: excerpt && excerpt.lines.map((line, index) => markedLine(line, excerpt.kind === 'text' ? String(excerpt.firstLine + index) : '', [excerpt.mark, ...(excerpt.moreMarks ?? [])].find((mark) => mark?.line === index))),
  };
}

/** A finding on what did not happen has no place in a message; the steps of its attempt show where it was waited for. */
function attemptOf(model: ReportModel, finding: Finding): string | undefined {
  const steps = model.steps.filter((s) => s.attempt === finding.attempt && s.outcome !== 'done' && s.outcome !== 'skipped');
  return steps.map((s) => `step ${s.index + 1}, ${s.summary}: ${s.outcome}, ${time(s.start)} to ${time(s.end)}`).join('; ') || undefined;
}

function markedLine(line: string, number: string, mark?: { from: number; to: number }): Record<string, unknown> {
  if (!mark) return { number, before: line };
  return { number, marked: line.slice(mark.from, mark.to), before: line.slice(0, mark.from), behind: line.slice(mark.to), hit: true };
}

type RequirementRow = RequirementResult & { css: string; text?: ReportModel['texts'][string]; why?: string; seen: number };

function requirementView(model: ReportModel, r: RequirementResult): RequirementRow {
  const met = r.findings.find((f) => f.outcome === 'met');
  const why = r.why ?? (r.verdict === 'pass' ? met?.because : r.findings.find((f) => f.outcome !== 'met')?.because);
  return { ...r, css: cssOf(r.verdict), text: model.texts[r.id], why, seen: r.findings.length };
}

function groupByTransaction(model: ReportModel, requirements: RequirementResult[]): Record<string, unknown>[] {
  const names = [...new Set(requirements.map((r) => model.texts[r.id]?.transaction ?? 'other'))].sort();
  return names.map((name) => {
    const rows = requirements.filter((r) => (model.texts[r.id]?.transaction ?? 'other') === name).sort((a, b) => a.id.localeCompare(b.id));
    return { name, rows: rows.map((r) => requirementView(model, r)), passed: rows.filter((r) => r.verdict === 'pass').length, total: rows.length };
  });
}

const begun = (e: Exchange): string => e.messages[0]?.start ?? '';
const answerOf = (e: Exchange): string => (e.messages.some((m) => m.from === 'responder') ? (e.ended === 'complete' ? 'answered' : e.ended) : e.ended === 'complete' ? 'no answer' : e.ended);

function exchangeView(e: Exchange, anchor: string, broken: boolean): Record<string, unknown> {
  return {
    anchor,
    broken,
    name: e.transaction ?? 'not recognised',
    protocol: e.protocol,
    ended: e.ended,
    initiator: partyWords(e.initiator),
    responder: partyWords(e.responder),
    tls: e.initiator.tls ?? e.responder.tls,
    messages: e.messages.map((m) => ({ ...m, start: time(m.start), direction: m.from === 'initiator' ? 'request' : 'answer', path: `evidence/${m.raw.sha256}` })),
  };
}

const partyWords = (p: Exchange['initiator']): string => `${p.role === 'sut' ? 'System under test' : (p.actor ?? p.system)} (${p.address})`;
