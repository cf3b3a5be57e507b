/** How a request comes in: how long it is waited for, and what happens when it is whole. */
import type { ReceivedHttp } from '../contracts.js';
import type { HttpDraft } from './http-draft.js';
import type { ConnectionLimits, ConnectionOptions } from './http-options.js';
import type { Refusal } from './http-refusal.js';

/** What is waited for now, and how long; without a refusal the connection is just closed (it is idle). */
export function patience(draft: HttpDraft | undefined, limits: ConnectionLimits, now: Date): { ms: number; refusal?: Refusal } {
  if (!draft?.request || draft.request.framer.blank) return { ms: limits.keepAliveMs };
  if (draft.request.framer.headDone) return { ms: limits.bodyIdleMs, refusal: { status: 408, why: `no byte of the body came for ${limits.bodyIdleMs / 1000} s` } };
  // Counted from the first byte: a header that drips in is no reason to wait for ever.
  const left = limits.headMs - (now.getTime() - Date.parse(draft.request.start));
  return { ms: Math.max(0, left), refusal: { status: 408, why: `the header section was not whole after ${limits.headMs / 1000} s` } };
}

/** Puts the whole request on disk and into the log, then has its transaction named from the stored bytes. */
export async function storeAndRecognise(draft: HttpDraft, options: ConnectionOptions): Promise<ReceivedHttp> {
  const { recorder, simulator } = options;
  const head = draft.request?.framer.head;
  const message = await draft.storeRequest();
  if (!message) throw new Error('the connection ended');
  const received: ReceivedHttp = { exchange: draft.id, method: head?.method ?? '', target: head?.target ?? '', raw: message.raw };
  const recognised = await options.recognise(received).catch((error: Error) => {
    recorder.incident(`${simulator}: the transaction of exchange ${draft.id} could not be told: ${error.message}`);
    return undefined;
  });
  if (recognised) draft.transaction = recognised;
  return { ...received, ...(draft.transaction ? { transaction: draft.transaction } : {}) };
}

/** What a connection without a byte may mean. */
export function silence(tls: boolean, reset: boolean): string {
  if (tls) return 'the connection was closed behind the TLS handshake without a byte: the client may not trust our certificate';
  return reset ? 'the connection was reset before a byte came' : 'the connection was opened and closed without a byte';
}
