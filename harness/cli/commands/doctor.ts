import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { findBrowser } from '../../../reports/pdf/browser.js';
import { installBrowser } from '../../../reports/pdf/install-browser.js';
import { EXIT, type Command } from '../command.js';

const run = promisify(execFile);
const MINIMUM_NODE = [20, 19] as const;
/** Not needed by Assay itself: strangers verify with them, and interoperability tests run them. */
const TOOLS = { openssl: 'verify.sh', pdfsig: 'verify.sh (Debian: poppler-utils)', storescp: 'interoperability tests (Debian: dcmtk)', curl: 'interoperability tests' };

interface Line {
  what: string;
  state: 'ok' | 'missing' | 'wrong';
  detail: string;
}

async function examine(): Promise<Line[]> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const recent = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  const lines: Line[] = [{ what: 'Node', state: recent ? 'ok' : 'wrong', detail: `${process.versions.node}; expected ${MINIMUM_NODE.join('.')} or later` }];
  lines.push(await import('libxmljs2').then(() => ({ what: 'libxmljs2', state: 'ok' as const, detail: 'loads' }), (e: Error) => ({ what: 'libxmljs2', state: 'wrong' as const, detail: `${e.message}; run npm rebuild libxmljs2 (needs g++, make, python3)` })));
  const browser = await findBrowser();
  lines.push({ what: 'browser for the PDF', state: browser ? 'ok' : 'missing', detail: browser ?? 'none: apt-get install chromium, or PUPPETEER_EXECUTABLE_PATH, or assay doctor --install-browser; all but the PDF works without' });
  const disk = await statfs(tmpdir());
  const free = (disk.bavail * disk.bsize) / 1e9;
  lines.push({ what: 'free disk', state: free > 2 ? 'ok' : 'wrong', detail: `${free.toFixed(1)} GB below ${tmpdir()}` });
  lines.push(await new Promise<Line>((resolve) => {
    const server = createServer();
    server.once('error', (e) => resolve({ what: 'listening', state: 'wrong', detail: e.message }));
    server.listen(0, '127.0.0.1', () => server.close(() => resolve({ what: 'listening', state: 'ok', detail: 'a port on 127.0.0.1 was had' })));
  }));
  for (const [tool, use] of Object.entries(TOOLS)) {
    const found = await run('sh', ['-c', `command -v ${tool}`]).then((r) => r.stdout.trim(), () => undefined);
    lines.push({ what: tool, state: found ? 'ok' : 'missing', detail: found ?? `wanted by ${use}` });
  }
  return lines;
}

export const command: Command = {
  name: 'doctor',
  summary: 'is this computer ready, and if not, what is missing?',
  usage: '[--install-browser] [--json]',
  help: `Looks at Node, the XML library, the browser that prints PDFs, disk, ports, and the tools that strangers verify with.
--install-browser fetches a Chromium for the PDF from where puppeteer's makers publish it.
Exit: 0 ready (a missing browser only costs the PDF), 3 something is wrong.`,
  options: { 'install-browser': { type: 'boolean' }, json: { type: 'boolean' } },
  async run(args, io) {
    if (args.flag('install-browser')) io.out(`installed: ${await installBrowser()}`);
    const lines = await examine();
    if (args.flag('json')) io.out(JSON.stringify({ lines }));
    else for (const line of lines) io.out(`${{ ok: '✓', missing: '–', wrong: '✗' }[line.state]} ${line.what.padEnd(20)} ${line.detail}`);
    return lines.some((l) => l.state === 'wrong') ? EXIT.configuration : EXIT.conforms;
  },
};
