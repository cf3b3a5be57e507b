/** The manifests that the system under test submitted in an attempt, and what they refer to. */
import type { AttemptContext, Exchange, Message, Observation } from '../../contracts.js';
import { manifestView } from '../../formats/manifest.js';
import type { Manifest } from '../../formats/model.js';
import { notApplicable, notExercised } from '../define.js';
import { deliveredStudy } from './study.js';

/** What one or more manifests say of one instance. */
export interface Reference {
  sop: string;
  hierarchies: { study: string; series: string }[];
  locations: Set<string>;
}
/** By SOP Instance UID. */
export type References = ReadonlyMap<string, Reference>;

export interface Submitted {
  exchange: Exchange;
  message: Message;
  manifest: Manifest;
}

const submissions = new WeakMap<AttemptContext['related'], Promise<{ submitted: Submitted[]; references: References }>>();

/** Read once an attempt. */
export function manifestsOf(context: AttemptContext): Promise<{ submitted: Submitted[]; references: References }> {
  let known = submissions.get(context.related);
  if (!known) submissions.set(context.related, (known = readManifests(context)));
  return known;
}

/** The exchanges by which the system under test submitted something: RAD-68 is ITI-41 with a manifest in it. */
export const submissionsOf = (context: Pick<AttemptContext, 'related'>): Exchange[] =>
  context.related.filter(
    ({ transaction, initiator }) => (transaction === 'RAD-68' || transaction === 'ITI-41') && initiator.role === 'sut',
  );

async function readManifests(context: AttemptContext): Promise<{ submitted: Submitted[]; references: References }> {
  const submitted: Submitted[] = [];
  const references = new Map<string, Reference>();
  for (const exchange of submissionsOf(context)) {
    for (const message of exchange.messages.filter(({ from }) => from === 'initiator')) {
      const manifest = await context.view(message.raw, manifestView);
      if (!manifest) continue;
      submitted.push({ exchange, message, manifest });
      for (const { sop, study, series, retrieveLocation } of manifest.references) {
        const reference = references.get(sop) ?? { sop, hierarchies: [], locations: new Set<string>() };
        reference.hierarchies.push({ study, series });
        if (retrieveLocation) reference.locations.add(retrieveLocation);
        references.set(sop, reference);
      }
    }
  }
  return { submitted, references };
}

/** Whether some manifest of the attempt refers to an instance that Assay delivered. */
export async function sharesKnown(context: AttemptContext): Promise<boolean> {
  const study = await deliveredStudy(context);
  return [...(await manifestsOf(context)).references.keys()].some((sop) => study.has(sop));
}

/** For a manifest none of whose instances is known: another one is judged (a busy source shares other studies too), or there is nothing to compare with. */
export async function nothingKnown(context: AttemptContext): Promise<Observation> {
  if (await sharesKnown(context)) return notApplicable('The manifest refers to no instance that Assay delivered.');
  return notExercised('None of the instances that the manifest refers to was delivered by Assay, so the study as it is is not known.');
}
