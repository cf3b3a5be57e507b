/** Which requirements a claim brings, and which messages each of them speaks of. All of it follows from the catalogue's data. */
import type { Exchange, Message, Requirement, SutDescription } from '../contracts.js';
import { rolesOf } from './roles.js';
import { transactionsOf } from './topics.js';

export type Claim = SutDescription['claims'][number];

/** The reasons why a requirement is decided by no check: design, section 10.8; and our own debt. */
export type Reason = 'other actor (not yet a system under test)' | 'option not supported' | 'not observable' | 'text not seen' | 'no check yet';

/** Whether the claimed actor, by its own name or one of its roles, must obey. */
export function obliges(requirement: Requirement, actor: string): boolean {
  const roles = rolesOf(actor);
  return requirement.obliged.some((obliged) => roles.has(obliged));
}

/** Whether one of the options under which alone the requirement holds is claimed; without options it holds always. */
export const optionClaimed = (requirement: Requirement, options: readonly string[]): boolean =>
  requirement.when.options.length === 0 || requirement.when.options.some((option) => options.includes(option));

/** Rules of a deployment hold only inside its scenario pack; `packs` names those that are in force (`DIR1`). */
export const inForce = (requirement: Requirement, packs: readonly string[] = []): boolean =>
  !requirement.id.startsWith('DEP-') || packs.some((pack) => requirement.id.startsWith(`DEP-${pack}-`));

/** Actors of one name stand in several profiles; by their ids, these requirements are of one profile alone. */
const PROFILE_OF: Record<string, string> = { 'XCAI-': 'XCA-I' };

const ofProfile = (requirement: Requirement, profile: string): boolean => {
  const prefix = Object.keys(PROFILE_OF).find((start) => requirement.id.startsWith(start));
  return prefix === undefined || PROFILE_OF[prefix] === profile;
};

/** Whether a claim brings the requirement. */
export const applies = (requirement: Requirement, claim: Pick<Claim, 'actor' | 'options' | 'profile'>, packs: readonly string[] = []): boolean =>
  inForce(requirement, packs) && obliges(requirement, claim.actor) && ofProfile(requirement, claim.profile) && optionClaimed(requirement, claim.options);

/**
 * The messages of an exchange that the requirement speaks of, as sent by the system under test: its request where it opened the exchange,
 * its answers where it was asked, each only where the requirement's side allows it.
 */
export function messagesFor(requirement: Requirement, exchange: Exchange): Message[] {
  if (exchange.transaction === undefined || !transactionsOf(requirement.transaction).includes(exchange.transaction)) return [];
  const sutSide = exchange.initiator.role === 'sut' ? 'initiator' : exchange.responder.role === 'sut' ? 'responder' : undefined;
  if (sutSide === undefined) return [];
  if ((requirement.side === 'initiator' || requirement.side === 'responder') && requirement.side !== sutSide) return [];
  return exchange.messages.filter((message) => message.from === sutSide);
}

/** Why no check decides a requirement. */
export function reasonWithoutCheck(requirement: Requirement, claim: Pick<Claim, 'actor' | 'options'>): Reason {
  if (!obliges(requirement, claim.actor)) return 'other actor (not yet a system under test)';
  if (!optionClaimed(requirement, claim.options)) return 'option not supported';
  if (requirement.scope === 'attest') return 'not observable';
  if (!requirement.checked) return 'text not seen';
  return 'no check yet';
}
