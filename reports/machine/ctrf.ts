/** Common Test Report Format (ctrf.io). */
import type { ReportModel, Verdict } from '../../harness/contracts.js';

const STATUS: Record<Verdict, 'passed' | 'failed' | 'skipped' | 'other'> = {
  pass: 'passed',
  warning: 'passed',
  fail: 'failed',
  error: 'other',
  inconclusive: 'other',
  'not exercised': 'skipped',
  'not applicable': 'skipped',
};

export function ctrfJson(model: ReportModel): string {
  const scenario = model.attempts.at(-1)?.scenario ?? model.run;
  const tests = model.requirements.map((r) => ({
    name: `${scenario}#${r.id}`,
    status: STATUS[r.verdict],
    rawStatus: r.verdict,
    duration: 0,
    suite: [model.texts[r.id]?.transaction ?? 'other'],
    message: r.findings.find((f) => f.outcome === 'violated')?.because ?? r.why,
    extra: { level: r.level, mandatory: r.mandatory },
  }));
  const count = (status: string): number => tests.filter((t) => t.status === status).length;
  const times = model.attempts.flatMap((a) => [Date.parse(a.start), Date.parse(a.end)]).filter(Number.isFinite);
  return `${JSON.stringify(
    {
      reportFormat: 'CTRF',
      specVersion: '0.0.0',
      results: {
        tool: { name: 'Assay', version: model.tool.version },
        summary: { tests: tests.length, passed: count('passed'), failed: count('failed'), skipped: count('skipped'), pending: 0, other: count('other'), start: Math.min(...times, Date.parse(model.issued)), stop: Math.max(...times, 0) },
        tests,
        extra: { overall: model.overall, scope: model.scope, report: model.id },
      },
    },
    undefined,
    1,
  )}\n`;
}
