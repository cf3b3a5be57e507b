/** A server for `mtom-memory.ts`: `assay` (captured, stored, hashed) or `drain` (node's http, body read and hashed, nothing kept). */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { openStandaloneHost } from '../../../harness/wire/host.js';

const [kind, dir = ''] = process.argv.slice(2);
if (kind === 'assay') {
  const host = await openStandaloneHost({ dir });
  const { port } = await host.for('document-repository').listenHttp({ actor: 'Document Repository', recognise: async () => 'RAD-68' }, async () => ({ status: 200, headers: [], body: Buffer.from('ok') }));
  process.stdout.write(`${port}\n`);
} else {
  const server = createServer((request, response) => {
    const hash = createHash('sha1');
    request.on('data', (chunk: Buffer) => hash.update(chunk)).on('end', () => response.end(hash.digest('hex')));
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.stdout.write(`${typeof address === 'object' ? address?.port : 0}\n`);
  });
}
