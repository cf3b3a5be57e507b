/** A judgement in the words of a terminal. */
import type { Finding, Judgement, Overall, RequirementResult, Verdict } from '../contracts.js';
import { EXIT } from './command.js';

export const exitOf = (overall: Overall): number => ({ conforms: EXIT.conforms, 'does not conform': EXIT.doesNotConform, 'not concluded': EXIT.notConcluded })[overall];

const MARK: Partial<Record<Verdict, string>> = { fail: '✗', error: '!', inconclusive: '?', warning: '△' };
const MOST = 12;

export function summaryLines(judgement: Judgement, address: string): string[] {
  const lines: string[] = [];
  const worth = judgement.requirements.filter((r) => MARK[r.verdict]);
  worth.sort((a, b) => Object.keys(MARK).indexOf(a.verdict) - Object.keys(MARK).indexOf(b.verdict));
  for (const r of worth.slice(0, MOST)) lines.push(...requirementLines(r, address));
  if (worth.length > MOST) lines.push(`  … and ${worth.length - MOST} more in the report`);
  const open = judgement.requirements.filter((r) => r.mandatory && r.verdict === 'not exercised');
  if (open.length > 0) {
    lines.push(`  ○ ${open.length} mandatory requirements were not exercised: ${open.slice(0, 6).map((r) => r.id).join(', ')}${open.length > 6 ? ', …' : ''}`);
    const why = open.find((r) => r.why)?.why;
    if (why) lines.push(`      ${why}`);
  }
  const counts = new Map<Verdict, number>();
  for (const r of judgement.requirements) counts.set(r.verdict, (counts.get(r.verdict) ?? 0) + 1);
  lines.push('', `${judgement.overall.toUpperCase()}: ${judgement.scope}`, `  ${[...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ')}`);
  return lines;
}

function requirementLines(r: RequirementResult, address: string): string[] {
  const shown: Finding[] = r.findings.filter((f) => f.outcome === 'violated' || f.outcome === 'undecidable');
  const first = shown[0];
  const lines = [`  ${MARK[r.verdict] ?? ' '} ${r.verdict} ${address}#${r.id}${shown.length > 1 ? ` (${shown.length} places)` : ''}: ${first?.because ?? r.why ?? ''}`];
  if (first?.at) lines.push(`      at ${first.at.line ? `line ${first.at.line}, column ${first.at.column ?? 1}, ` : ''}byte ${first.at.offset} of evidence/${first.at.blob.sha256.slice(0, 12)}…${first.at.path ? `  ${first.at.path}` : ''}`);
  if (first?.expected) lines.push(`      expected ${first.expected}`);
  if (first?.found) lines.push(`      found    ${first.found}`);
  if (first?.remedy) lines.push(`      mend     ${first.remedy}`);
  return lines;
}
