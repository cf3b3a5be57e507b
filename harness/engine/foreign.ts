/** Messages that came in an attempt's time and have nothing to do with it: a product at work sends other studies, too. */
import type { Exchange, ViewSource } from '../contracts.js';
import { explainMismatch } from './match.js';
import type { RunEvents } from './run-events.js';

export interface ForeignExchange {
  exchange: string;
  why: string;
}

/**
 * Of the product's messages that no await took, those that are like an awaited one and say that they are for somebody else.
 * What says nothing of that stays with the attempt, and is judged.
 */
export async function foreignExchanges(exchanges: readonly Exchange[], awaits: readonly RunEvents['await.started'][], taken: ReadonlySet<string>, views: ViewSource): Promise<ForeignExchange[]> {
  const foreign: ForeignExchange[] = [];
  for (const exchange of exchanges) {
    if (exchange.initiator.role === 'simulator' || taken.has(exchange.id)) continue;
    const alike = awaits.filter(({ transaction, at }) => transaction === exchange.transaction && at === exchange.responder.system);
    const reasons = await Promise.all(alike.map(({ where }) => explainMismatch(exchange, where, views)));
    const why = reasons[0];
    if (why !== undefined && reasons.every((reason) => reason !== undefined)) foreign.push({ exchange: exchange.id, why });
  }
  return foreign;
}
