/** Sends a handler's answer through node's response. */
import type { ServerResponse } from 'node:http';
import type { HttpAnswer } from '../contracts.js';
import { log } from './log.js';

/**
 * Header names keep their case and order. A body of known size gets a Content-Length unless the answer has its own framing; an
 * iterable is streamed, chunked. `cutAfter` counts bytes of the body: behind them the connection is cut.
 */
export async function sendAnswer(response: ServerResponse, answer: HttpAnswer, cut: () => void): Promise<void> {
  const names = new Set(answer.headers.map(([name]) => name.toLowerCase()));
  const headers = answer.headers.flat();
  const whole = answer.body instanceof Uint8Array ? answer.body : undefined;
  if (whole && !names.has('content-length') && !names.has('transfer-encoding') && answer.status >= 200 && answer.status !== 204 && answer.status !== 304) {
    headers.push('Content-Length', String(whole.length));
  }
  let left = answer.cutAfter ?? Infinity;
  try {
    response.writeHead(answer.status, headers);
    if (left !== Infinity) response.flushHeaders();
    for await (const chunk of whole ? [whole] : (answer.body as AsyncIterable<Uint8Array>)) {
      const piece = left < chunk.length ? chunk.subarray(0, left) : chunk;
      left -= piece.length;
      if (piece.length > 0 && !(await written(response, piece))) return;
      if (left <= 0) {
        cut();
        return;
      }
    }
    response.end();
  } catch (error) {
    log.error({ err: error as Error }, 'an answer could not be sent');
    if (response.headersSent) cut();
    else response.writeHead(500, ['Content-Length', '0']).end();
  }
}

/** Writes with back-pressure; false: the connection is gone. */
async function written(response: ServerResponse, chunk: Uint8Array): Promise<boolean> {
  if (response.destroyed || response.writableFinished) return false;
  if (response.write(chunk)) return true;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
  return !response.destroyed;
}
