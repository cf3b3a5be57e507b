/** The process that `kills.test.ts` kills: listeners over the folder given, begun at the first line on stdin. */
import { once } from 'node:events';
import { openStandaloneHost } from '../../harness/wire/host.js';

const [dir = ''] = process.argv.slice(2);
// Loaded and waiting: the next one stands ready while the one before is still under load.
await import('../../harness/wire/dimse-connection.js');
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const host = await openStandaloneHost({ dir });
const simulator = host.for('document-repository');
const http = await simulator.listenHttp({ actor: 'Document Repository', recognise: async () => 'RAD-68' }, async () => ({ status: 200, headers: [], body: Buffer.from('received') }));
const dimse = await simulator.listenDimse({ actor: 'Image Manager', aeTitle: 'ASSAY' }, { store: async () => 0 });
process.stdout.write(`${JSON.stringify({ http: http.port, dimse: dimse.port })}\n`);
