/** A tiny house around the engine: one simulator on a real socket, one product that posts to it. */
import { request } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer, Prompt, RunEvent, Simulator, SutDescription } from '../../harness/contracts.js';
import { parseScenario, type Scenario } from '../../harness/engine/scenario.js';
import type { Operator } from '../../harness/engine/operator.js';
import type { RunOptions } from '../../harness/engine/run.js';
import { builtInVerbs } from '../../harness/engine/step.js';
import { parseSut } from '../../harness/sut/load.js';

/** Takes notes: POST to its path is NOTE-1, to /other is NOTE-2; everything else is not recognised. */
export const noteTaker: Simulator<{ port?: number; token?: string }> = {
  name: 'note-taker',
  actor: 'Note Taker',
  settings: {},
  faults: [{ id: 'deaf', actor: 'Note Taker', title: 'hears nothing', breaks: 'X', alsoBreaks: [], hides: [], expectedExit: 1 }],
  async start(host, settings) {
    const listening = await host.listenHttp(
      { actor: 'Note Taker', port: settings.port ?? 0, recognise: async ({ target }) => (target === '/note' ? 'NOTE-1' : target === '/other' ? 'NOTE-2' : undefined) },
      async () => ({ status: host.fault === 'deaf' ? 500 : 200, headers: [], body: Buffer.from('heard') }),
    );
    return { endpoints: { url: `${listening.url}/note` }, call: async () => null, stop: () => listening.close() };
  },
};

export const sutFor = (web: string, more = ''): SutDescription =>
  parseSut(
    `schema: assay-sut/1
product: { vendor: V, name: P, version: "1" }
claims: [{ profile: X, actor: Noter, systems: [main] }]
systems: { main: { endpoints: { web: "${web}" } } }
domain: {}
reach: { advertise: 127.0.0.1 }
${more}`,
    'sut.yaml',
  );

export const scenarioOf = async (steps: string, address = 'test/tiny'): Promise<Scenario> =>
  parseScenario(`title: Tiny\nprofile: X\nactorUnderTest: Noter\ntransactions: [NOTE-1]\nsimulators: [note-taker]\nexercises: []\nsteps:\n${steps}`, `${address}.yaml`, address, { verbs: await builtInVerbs() });

/** The steps that most tests start from. */
export const usual = `  - prompt: { text: "Post to \${note-taker.url}", as: asked }
  - await: { transaction: NOTE-1, at: note-taker, within: 20s, stimulus: "\${asked}", as: note }
  - send: { to: "\${sut.web}", transaction: ASK-1, after: "\${note}" }
`;

export const post = (url: string, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST' }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body);
  });

export const done = (value: Answer['value'] = 'done'): Answer => ({ by: 'tester', at: new Date().toISOString(), value, attachments: [] });
/** Does something for each prompt, then confirms it. */
export const operatorThat = (act: (prompt: Prompt, signal: AbortSignal) => Promise<unknown>): Operator => ({
  ask: async (prompt, signal) => {
    await act(prompt, signal);
    return done();
  },
});
/** The address that the prompt of `usual` names. */
export const addressIn = (prompt: Prompt): string => prompt.text.replace(/^.*Post to /, '');

/** A product that answers any request with one byte too many for its own good: HTTP 200. */
export async function product(): Promise<{ url: string; requests: number; close(): void }> {
  const state = { url: '', requests: 0, close: () => void server.close() };
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      state.requests += 1;
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/web`;
  return state;
}

export class Bench {
  readonly dirs: string[] = [];
  readonly events: RunEvent[] = [];

  async options(more: Partial<RunOptions> & Pick<RunOptions, 'sut' | 'scenarios' | 'operator'>): Promise<RunOptions> {
    const runs = await mkdtemp(join(tmpdir(), 'assay-run-'));
    this.dirs.push(runs);
    return {
      runs,
      kind: 'self-test',
      catalogue: Buffer.from('[]'),
      programme: Buffer.from('{}'),
      tool: { name: 'Assay', version: 'test' },
      simulators: new Map([['note-taker', noteTaker]]),
      fixtures: {
        study: async () => Promise.reject(new Error('no studies here')),
        patient: () => {
          throw new Error('no patients here');
        },
      },
      onEvent: (event) => void this.events.push(event),
      ...more,
    };
  }

  /** Data of the events of a type. */
  of<T>(type: string): T[] {
    return this.events.filter((event) => event.type === type).map((event) => event.data as T);
  }

  outcomes(): string[] {
    return this.of<{ verb: string; outcome: string }>('step.finished').map(({ verb, outcome }) => `${verb} ${outcome}`);
  }

  async close(): Promise<void> {
    for (const dir of this.dirs) await rm(dir, { recursive: true, force: true });
  }
}
