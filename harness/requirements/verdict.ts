/** From findings to a verdict per requirement, and from those to the verdict of a claim. */
import { ConfigurationError } from '../configuration-error.js';
import type { Finding, Level, Overall, ProgrammeActor, Requirement, RequirementId, RequirementResult, Verdict } from '../contracts.js';
import type { Claim } from './applicability.js';

/** Where several hold, the first in this list is the verdict (design, section 1). `not applicable` holds only where nothing else was seen. */
const precedence: readonly Verdict[] = ['fail', 'error', 'inconclusive', 'not exercised', 'warning', 'pass', 'not applicable'];

/** The verdict that outranks the others; undefined where there is none. */
export const worst = (verdicts: Iterable<Verdict>): Verdict | undefined => {
  const seen = new Set(verdicts);
  return precedence.find((verdict) => seen.has(verdict));
};

/** The level in force: the programme's, where it sets one. */
export const levelOf = (requirement: Requirement, levels: ProgrammeActor['levels'] = {}): Level => levels[requirement.id]?.level ?? requirement.level;

/**
 * What one finding says. A violation warns where the level in force is no SHALL, where the check says that the entry itself only warns,
 * and where the requirement's text was not seen (catalogue, decision 21: whatever its level).
 */
export function verdictOf(finding: Pick<Finding, 'outcome' | 'atMost'>, requirement: Pick<Requirement, 'checked'>, level: Level): Verdict {
  switch (finding.outcome) {
    case 'met':
      return 'pass';
    case 'violated':
      return level === 'SHALL' && requirement.checked && finding.atMost === undefined ? 'fail' : 'warning';
    case 'undecidable':
      return 'inconclusive';
    case 'not exercised':
      return 'not exercised';
    case 'not applicable':
      return 'not applicable';
  }
}

/** The mandatory requirements of a claim: the actor's and those of its claimed options; a partial claim counts only what its tests cover. */
export function mandatoryOf(actor: ProgrammeActor | undefined, claim: Claim): Set<RequirementId> {
  if (!actor) return new Set();
  const all = new Set([...actor.mandatory, ...claim.options.flatMap((option) => actor.options[option]?.mandatory ?? [])]);
  const covered = coveredBy(actor, claim);
  return covered ? new Set([...all].filter((id) => covered.has(id))) : all;
}

/** What the tests of a partial claim cover; undefined: the claim is the whole actor. An unknown test is an error of whoever wrote the claim. */
export function coveredBy(actor: ProgrammeActor, claim: Claim): Set<RequirementId> | undefined {
  if (!claim.tests) return undefined;
  return new Set(
    claim.tests.flatMap((name) => {
      const test = actor.tests.find((candidate) => candidate.id === name);
      if (!test) throw new ConfigurationError(`The claim of ${claim.actor} names the test '${name}', which the programme does not have. It has: ${actor.tests.map(({ id }) => id).join(', ')}.`);
      return test.covers;
    }),
  );
}

/** The claim in words, for the face of the report. */
export const scopeOf = (claim: Claim): string => {
  const options = claim.options.length > 0 ? ` with ${claim.options.join(', ')}` : '';
  const whole = `${claim.actor} of ${claim.profile}${options}`;
  return claim.tests ? `Partial claim: ${whole}, limited to the tests ${claim.tests.join(', ')}` : whole;
};

/**
 * The verdict of the claim. Any SHALL violated: it does not conform. A mandatory requirement that was not exercised, could not be told,
 * or met an error of ours: not concluded; so too where nothing is mandatory, since then nothing was shown. A mandatory requirement whose
 * condition was looked at and does not hold does not stand in the way.
 */
export function overallOf(results: readonly RequirementResult[]): Overall {
  if (results.some((result) => result.verdict === 'fail')) return 'does not conform';
  const mandatory = results.filter((result) => result.mandatory);
  const open = mandatory.filter((result) => ['not exercised', 'inconclusive', 'error'].includes(result.verdict));
  const shown = mandatory.some((result) => result.verdict === 'pass' || result.verdict === 'warning');
  return open.length > 0 || !shown ? 'not concluded' : 'conforms';
}
