import { expect } from 'chai';
import fc from 'fast-check';
import { MessageFramer } from '../../harness/wire/http-framer.js';

const limits = { headBytes: 4096, headerLines: 100, bodyBytes: 10_000 };

/** Frames a stream that arrives in pieces of the given sizes; lengths of the messages found, and the first problem. */
function frame(bytes: Buffer, sizes: number[]): { lengths: number[]; problem?: number } {
  const lengths: number[] = [];
  let framer = new MessageFramer('request', limits);
  let length = 0;
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const chunk = bytes.subarray(at, at + (sizes[turn % sizes.length] ?? 1));
    for (let from = 0; from < chunk.length; ) {
      const framed = framer.consume(chunk, from);
      if (framed.problem) return { lengths, problem: framed.problem.status };
      length += framed.end - from;
      from = framed.end;
      if (!framed.done) continue;
      lengths.push(length);
      length = 0;
      framer = new MessageFramer('request', limits);
    }
    at += chunk.length;
  }
  return { lengths };
}

describe('HTTP framer', () => {
  const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  const sized = body.map((bytes) => Buffer.concat([Buffer.from(`POST /a HTTP/1.1\r\nX: y\r\nCONTENT-length:${bytes.length}\r\n\r\n`), bytes]));
  const chunked = fc.array(body, { maxLength: 4 }).map((chunks) =>
    Buffer.concat([
      Buffer.from('PUT /b HTTP/1.0\r\ntransfer-ENCODING: gzip, Chunked\r\n\r\n'),
      ...chunks.filter((chunk) => chunk.length > 0).map((chunk) => Buffer.concat([Buffer.from(`${chunk.length.toString(16).toUpperCase()} ;a="b\t;c"\r\n`), chunk, Buffer.from('\r\n')])),
      Buffer.from('000\r\nT: u\r\n\r\n'),
    ]),
  );
  const bare = fc.constant(Buffer.from('\r\nGET / HTTP/1.1\nHost: h\n\n'));
  const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 });

  it('finds the same messages however the bytes arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(sized, chunked, bare), { minLength: 1, maxLength: 5 }), sizes, (messages, pieces) => {
        expect(frame(Buffer.concat(messages), pieces)).to.deep.equal({ lengths: messages.map((message) => message.length) });
      }),
    );
  });

  it('meets any bytes without throwing, and with the same end however they arrive', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 500 }), fc.string({ maxLength: 500 }).map((text) => Buffer.from(text))), sizes, (bytes, pieces) => {
        const whole = frame(Buffer.from(bytes), [bytes.length || 1]);
        expect(frame(Buffer.from(bytes), pieces).lengths).to.deep.equal(whole.lengths);
      }),
    );
  });

  it('ends answers as RFC 9112 section 6.3 says', () => {
    const whole = (text: string, noBody = false): { done: boolean; finished: boolean } => {
      const framer = new MessageFramer('response', limits, noBody);
      const { done } = framer.consume(Buffer.from(text), 0);
      return { done, finished: framer.finish() };
    };
    expect(whole('HTTP/1.1 204 No Content\r\n\r\n').done).to.equal(true);
    expect(whole('HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n').done).to.equal(true);
    expect(whole('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', true).done).to.equal(true);
    expect(whole('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab')).to.deep.equal({ done: false, finished: false });
    expect(whole('HTTP/1.1 200 OK\r\n\r\nab')).to.deep.equal({ done: false, finished: true });
  });
});
