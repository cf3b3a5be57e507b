import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { from, openBench, type Bench } from './support.js';

const MB = 1024 * 1024;

describe('memory', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  it('does not grow with a body of 256 MB', async function () {
    const { port } = await bench.listen();
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(MB, 'x');
    const head = Buffer.from(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${256 * MB}\r\n\r\n`);
    hash.update(head);
    const idle = process.memoryUsage().rss;
    let peak = idle;
    const socket = connect(port, '127.0.0.1');
    socket.write(head);
    for (let n = 0; n < 256; n += 1) {
      hash.update(chunk);
      if (!socket.write(chunk)) await once(socket, 'drain');
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(answer.toString()).to.match(/^HTTP\/1\.1 200/);
    const exchange = await bench.exchange(0);
    expect(from(exchange, 'initiator')).to.deep.equal({ sha256: hash.digest('hex'), size: head.length + 256 * MB });
    expect((peak - idle) / MB).to.be.lessThan(200);
  });
});
