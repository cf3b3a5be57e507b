/**
 * What is proven of the checks: run, not declared. Every conformant and violating witness is judged anew, and each requirement is listed with what
 * was seen: decided by which checks, obeyed in which case, broken in which witness; or the reason why nothing decides it.
 */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Judgement, Requirement, RequirementId, RunRecord, Verdict } from '../contracts.js';
import { applies, reasonWithoutCheck } from '../requirements/applicability.js';
import { codeEnding, codeFolder } from '../root.js';
import { judge } from './judge.js';
import { builtInChecks, requireKnown } from './registry.js';

export interface CoverageRow {
  id: RequirementId;
  transaction: string;
  obliged: string[];
  checks: string[];
  /** A conformant case in which the requirement passes. */
  conformantWitness: string | null;
  /** A witness in which it is seen to be broken. */
  violatingWitness: string | null;
  /** Addresses of the scenarios that promise to exercise it. */
  scenarios: string[];
  /** Why no check decides it. */
  reasonIfNone: string | null;
}
export interface Coverage {
  requirements: CoverageRow[];
  totals: {
    requirements: number;
    withCheck: number;
    checks: number;
    conformantWitnesses: number;
    violatingWitnesses: number;
    /** Requirements with a check that is shown to pass (or to find its condition not given) and to fail. */
    proven: number;
    reasons: Record<string, number>;
  };
  /** What is not as it should be: a witness that comes to other verdicts than it promises, a check that no witness breaks. */
  problems: string[];
}

/** What this engine asks of test/witness/load.ts. */
interface WitnessLoader {
  caseNames(): Promise<string[]>;
  violations(): Promise<{ name: string; requirement: string; case: string; expect: Record<string, string[]> }[]>;
  loadWitness(name: string, violation?: unknown): Promise<RunRecord>;
}

/** Whose requirements have a reason other than «other actor»: the actors that can be a system under test today. */
const claim = { profile: 'XDS-I.b', actor: 'Imaging Document Source', options: ['Set of DICOM Instances'] };
const BROKEN: readonly (Verdict | undefined)[] = ['fail', 'warning'];

async function witnessLoader(): Promise<WitnessLoader> {
  const file = codeFolder('test', 'witness', `load${codeEnding}`);
  const mutator = codeFolder('test', 'witness', 'mutator.mjs');
  if (!existsSync(file) || !existsSync(mutator)) throw new Error('The witnesses are not part of this package: run `npx tsx harness/cli/main.ts coverage` in a checkout of the source.');
  return (await import(pathToFileURL(file).href)) as WitnessLoader;
}

const verdictsOf = (judgement: Judgement): Map<RequirementId, Verdict> => new Map(judgement.requirements.map(({ id, verdict }) => [id, verdict]));

/** Runs every witness. `scenarios` are those that the harness has, with what each promises to exercise. */
export async function measureCoverage(catalogue: readonly Requirement[], scenarios: readonly { address: string; covers: readonly RequirementId[] }[]): Promise<Coverage> {
  const registered = await builtInChecks();
  requireKnown(registered, catalogue);
  const loader = await witnessLoader();
  const problems: string[] = [];
  const obeyed = new Map<RequirementId, string>();
  const broken = new Map<RequirementId, string>();
  const base = new Map<string, Map<RequirementId, Verdict>>();
  for (const name of await loader.caseNames()) {
    const verdicts = verdictsOf(await judge(await loader.loadWitness(name)));
    base.set(name, verdicts);
    for (const [id, verdict] of verdicts) {
      if (verdict === 'pass' || (verdict === 'not applicable' && !obeyed.has(id))) obeyed.set(id, name);
      if (verdict === 'fail' || verdict === 'warning' || verdict === 'error' || verdict === 'inconclusive') problems.push(`conformant case ${name}: ${id} is ${verdict}`);
    }
  }
  const violations = await loader.violations();
  for (const violation of violations) {
    const before = base.get(violation.case);
    if (!before) {
      problems.push(`violation ${violation.name}: there is no case ${violation.case}`);
      continue;
    }
    const after = verdictsOf(await judge(await loader.loadWitness(violation.case, violation)));
    problems.push(...surprises(violation, before, after));
    for (const [id, verdict] of after) {
      // A witness made for the requirement is named rather than one that breaks it along with another.
      if (BROKEN.includes(verdict) && !BROKEN.includes(before.get(id)) && (!broken.has(id) || violation.requirement === id)) broken.set(id, violation.name);
    }
  }

  const requirements = catalogue.map((requirement): CoverageRow => {
    const checks = registered.filter(({ check }) => check.decides === requirement.id).map(({ check }) => check.id);
    return {
      id: requirement.id,
      transaction: requirement.transaction,
      obliged: requirement.obliged,
      checks,
      conformantWitness: obeyed.get(requirement.id) ?? null,
      violatingWitness: broken.get(requirement.id) ?? null,
      scenarios: scenarios.filter(({ covers }) => covers.includes(requirement.id)).map(({ address }) => address),
      reasonIfNone: checks.length > 0 ? null : reasonWithoutCheck(requirement, claim),
    };
  });
  // What other actors must obey is proven on files: test/validation/other-actors.test.ts.
  const ours = new Set(catalogue.filter((requirement) => applies(requirement, claim)).map(({ id }) => id));
  for (const row of requirements) {
    if (row.checks.length > 0 && row.violatingWitness === null && ours.has(row.id)) problems.push(`${row.id}: no witness breaks it, so that its check is not shown to find anything`);
  }
  const reasons: Record<string, number> = {};
  for (const { reasonIfNone } of requirements) if (reasonIfNone !== null) reasons[reasonIfNone] = (reasons[reasonIfNone] ?? 0) + 1;
  return {
    requirements,
    totals: {
      requirements: requirements.length,
      withCheck: requirements.filter(({ checks }) => checks.length > 0).length,
      checks: registered.length,
      conformantWitnesses: base.size,
      violatingWitnesses: violations.length,
      proven: requirements.filter((row) => row.checks.length > 0 && row.conformantWitness !== null && row.violatingWitness !== null).length,
      reasons,
    },
    problems,
  };
}

/** Where a witness comes to another verdict than it promises: a requirement that it does not name must keep that of its case. */
function surprises(violation: { name: string; expect: Record<string, string[]> }, before: Map<RequirementId, Verdict>, after: Map<RequirementId, Verdict>): string[] {
  const promised = new Map(Object.entries(violation.expect).flatMap(([verdict, ids]) => ids.map((id) => [id, verdict] as const)));
  const ids = new Set([...before.keys(), ...after.keys(), ...promised.keys()]);
  return [...ids]
    .sort()
    .filter((id) => (promised.get(id) ?? before.get(id)) !== after.get(id))
    .map((id) => `violation ${violation.name}: ${id} is ${after.get(id) ?? 'absent'}, expected ${promised.get(id) ?? before.get(id) ?? 'absent'}`);
}
