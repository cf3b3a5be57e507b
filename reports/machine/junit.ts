/** JUnit XML: one test case a requirement, named by its address, so that any CI shows which one broke. */
import type { ReportModel, RequirementResult } from '../../harness/contracts.js';

const escape = (text: string): string =>
   
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '�').replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

export function junitXml(model: ReportModel): string {
  const scenario = model.attempts.at(-1)?.scenario ?? model.run;
  const cases = model.requirements.map((r) => testCase(model, r, scenario));
  const count = (...verdicts: string[]): number => model.requirements.filter((r) => verdicts.includes(r.verdict)).length;
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<testsuites name="Assay" tests="${cases.length}" failures="${count('fail')}" errors="${count('error')}">\n` +
    `<testsuite name="${escape(scenario)}" tests="${cases.length}" failures="${count('fail')}" errors="${count('error')}" skipped="${count('not exercised', 'not applicable', 'inconclusive')}" timestamp="${model.issued}">\n` +
    `<properties><property name="overall" value="${model.overall}"/><property name="scope" value="${escape(model.scope)}"/><property name="report" value="${model.id}"/></properties>\n` +
    `${cases.join('\n')}\n</testsuite>\n</testsuites>\n`
  );
}

function testCase(model: ReportModel, r: RequirementResult, scenario: string): string {
  const title = escape(`${scenario}#${r.id}`);
  const group = escape(model.texts[r.id]?.transaction ?? 'other');
  const open = `<testcase classname="${group}" name="${title}">`;
  const bad = r.findings.filter((f) => f.outcome === 'violated');
  const lines = bad.map((f) => [f.because, f.expected && `expected: ${f.expected}`, f.found && `found: ${f.found}`, f.at?.path && `path: ${f.at.path}`, f.at && `place: line ${f.at.line ?? '-'}, column ${f.at.column ?? '-'}, byte ${f.at.offset} of evidence/${f.at.blob.sha256}`, f.remedy && `mend: ${f.remedy}`].filter(Boolean).join('\n'));
  if (r.verdict === 'fail') return `${open}<failure type="${r.level}" message="${escape(bad[0]?.because ?? '')}">${escape(lines.join('\n\n'))}</failure></testcase>`;
  if (r.verdict === 'error') return `${open}<error message="${escape(r.why ?? 'error of the tool')}"/></testcase>`;
  if (r.verdict === 'warning') return `${open}<system-out>${escape(`warning\n${lines.join('\n\n')}`)}</system-out></testcase>`;
  if (r.verdict === 'pass') return `<testcase classname="${group}" name="${title}"/>`;
  return `${open}<skipped message="${escape(`${r.verdict}${r.why ? `: ${r.why}` : ''}`)}"/></testcase>`;
}
