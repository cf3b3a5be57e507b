/** Tells the product's message of this run from those of others, by identifiers read from the stored bytes. */
import type { Exchange, Message, ViewSource } from '../contracts.js';
import { submissionView } from '../formats/ebrim.js';
import { manifestView } from '../formats/manifest.js';
import type { Manifest } from '../formats/model.js';
import { retrieveRequestView } from '../formats/retrieve.js';

const requestOf = (exchange: Exchange): Message | undefined => exchange.messages.find((message) => message.from === 'initiator');

/** The manifest's references; empty where there is none that can be read. */
export async function manifestReferences(exchange: Exchange, views: ViewSource): Promise<Manifest['references']> {
  const request = requestOf(exchange);
  return (request && (await views.view(request.raw, manifestView))?.references) ?? [];
}

/** By the names that `where` knows: what a message holds of it. */
const readers: Record<string, (raw: Message['raw'], views: ViewSource) => Promise<(string | undefined)[]>> = {
  patient: async (raw, views) => {
    const submission = await views.view(raw, submissionView);
    return [...(submission?.documentEntries ?? []), ...(submission?.submissionSets ?? [])].flatMap((object) => object.externalIdentifiers.map(({ value }) => value).filter((value) => value?.includes('^^^')));
  },
  study: async (raw, views) => {
    const manifest = await views.view(raw, manifestView);
    const retrieve = await views.view(raw, retrieveRequestView);
    return [...(manifest ? [manifest.object.dataset.text('0020000D'), ...manifest.references.map(({ study }) => study)] : []), ...(retrieve?.documents ?? []).map(({ study }) => study)];
  },
};

/**
 * The first reason why an exchange is not the awaited one, or undefined. A message is another's only if something in it says so and nothing
 * in it says the contrary: with a broken manifest, or with a wrong patient identifier on the right study, it is the awaited message, and to be judged.
 */
export async function explainMismatch(exchange: Exchange, where: Record<string, string>, views: ViewSource): Promise<string | undefined> {
  const request = requestOf(exchange);
  if (!request) return undefined;
  const others: string[] = [];
  for (const [name, wanted] of Object.entries(where)) {
    const found = [...new Set((await readers[name]?.(request.raw, views))?.filter((value) => value !== undefined && value !== '') as string[] | undefined)];
    if (found.some((value) => same(value, wanted))) return undefined;
    if (found.length > 0) others.push(`${name} ${found.slice(0, 3).join(', ')} (awaited: ${wanted})`);
  }
  return others.length > 0 ? `it is for ${others.join(' and ')}` : undefined;
}

/** CX values are equal in identifier and authority; the authority's name and type do not matter here. */
function same(a: string, b: string): boolean {
  if (!a.includes('^^^') || !b.includes('^^^')) return a.trim() === b.trim();
  const [idA = '', authorityA = ''] = a.split('^^^');
  const [idB = '', authorityB = ''] = b.split('^^^');
  return idA.trim() === idB.trim() && (authorityA.split('&')[1] ?? '') === (authorityB.split('&')[1] ?? '');
}
