import { readFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { run } from './harness/engine/run.js';
import { openRun } from './harness/engine/run-record.js';
import { builtInVerbs } from './harness/engine/step.js';
import { loadScenarioFile } from './harness/engine/scenario-folders.js';
import { loadSut } from './harness/sut/load.js';
import { judge } from './harness/validation/judge.js';
import { commandOperator } from './harness/engine/operator-command.js';
import { catalogueFile } from './harness/requirements/catalogue.js';
import { simulator as pacs } from './simulators/pacs/index.js';
import { simulator as repo } from './simulators/document-repository/index.js';
import { simulator as reg } from './simulators/document-registry/index.js';
import { simulator as idc } from './simulators/imaging-document-consumer/index.js';
import { prepareStudy, patient } from './scenarios/fixtures/index.js';
const [, , sutFile, trigger, own] = process.argv;
const sims = new Map<string, never>(([pacs, repo, reg, idc] as never[]).map((s) => [(s as { name: string }).name, s]));
const verbs = await builtInVerbs();
const scenario = await loadScenarioFile('scenarios/xds-i/ids/share-ct-study.yaml', 'xds-i/ids/share-ct-study', { verbs } as never);
const outcome = await run({
  simulators: sims, verbs, fixtures: { study: (n, d) => prepareStudy(n, d) as never, patient }, operator: commandOperator(trigger!), runs: '/tmp/w/runs', kind: 'self-test',
  sut: await loadSut(sutFile!), catalogue: await readFile(catalogueFile), programme: await readFile('harness/requirements/programmes/image-share.json'),
  scenarios: [scenario], tool: { name: 'assay', version: '0' }, ...(own && { ownStudy: { folder: own, patient: { domainId: 'DOM-77^^^&1.3.6.1.4.1.21367.2005.13.20.1000&ISO' } } }),
});
console.log(outcome.dir, outcome.status);
const j = await judge(await openRun(outcome.dir));
const by: Record<string, string[]> = {};
for (const r of j.requirements) { (by[r.verdict] ??= []).push(r.id + (r.mandatory ? '*' : '')); if (['fail', 'warning', 'error', 'inconclusive'].includes(r.verdict)) { console.log(r.id, r.verdict, r.why ?? ''); for (const f of r.findings) if (f.outcome !== 'met') console.log('   ', f.check, f.outcome, f.because, '| exp', f.expected, '| found', f.found, f.at?.path); } }
for (const [k, v] of Object.entries(by)) console.log(k, v.length, k === 'pass' ? '' : v.join(' '));
console.log(j.overall);
process.exit(0);
