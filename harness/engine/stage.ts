/** The simulators of a run: started once, each on its own host, kept until the run ends. */
import type { RunningSimulator, Simulator, SutDescription, TlsSettings } from '../contracts.js';
import { resolveSecret } from '../sut/secret.js';
import type { Host } from '../wire/host.js';
import { ConfigurationError } from '../configuration-error.js';
import type { ObservedLog } from './observed-log.js';
import { eventBody } from './run-events.js';
import { systemsOf } from './sut-endpoints.js';
import { settingsFor, startOrder } from './wiring.js';

export interface StageOptions {
  simulators: ReadonlyMap<string, Simulator>;
  sut: SutDescription;
  actor: string;
  host: Host;
  log: ObservedLog;
  token: string;
  tls?: TlsSettings;
  fault?: { simulator: string; id: string };
  /** Endpoints of before an interruption: the product knows these addresses. */
  before: ReadonlyMap<string, Record<string, string>>;
}

export class Stage {
  readonly #running = new Map<string, RunningSimulator>();
  readonly #options: StageOptions;

  constructor(options: StageOptions) {
    this.#options = options;
  }

  get(name: string): RunningSimulator {
    const found = this.#running.get(name);
    if (!found) throw new Error(`Expected the simulator ${name} to run, but the scenario does not name it. Add it below "simulators:".`);
    return found;
  }

  has(name: string): boolean {
    return this.#running.has(name);
  }

  endpoint(name: string, endpoint: string): string | undefined {
    return this.#running.get(name)?.endpoints[endpoint];
  }

  /** Starts what does not run yet. */
  async start(names: readonly string[]): Promise<void> {
    for (const name of startOrder(names)) if (!this.#running.has(name)) await this.#start(name);
  }

  async #start(name: string): Promise<void> {
    const { simulators, sut, actor, host, log, tls, fault, before } = this.#options;
    const simulator = simulators.get(name);
    if (!simulator) throw new ConfigurationError(`Expected a simulator named ${name}, there are: ${[...simulators.keys()].join(', ')}. Mend "simulators:" in the scenario.`);
    if (fault?.simulator === name && !simulator.faults.some(({ id }) => id === fault.id)) {
      throw new ConfigurationError(`Expected a fault of ${name} (${simulator.faults.map(({ id }) => id).join(', ') || 'it has none'}), found "${fault.id}".`);
    }
    const known = before.get(name);
    const port = portOf(known) ?? sut.reach.ports?.[name];
    const clientTls = await clientTlsOf(sut, actor);
    const settings = settingsFor(name, {
      sut,
      endpoint: (other, endpoint) => this.endpoint(other, endpoint),
      token: tokenOf(known) ?? (sut.reach.ports?.[name] === undefined ? this.#options.token : 'assay'),
      ...(port !== undefined && { port }),
      ...(tls && { tls }),
      ...(clientTls && { clientTls }),
    });
    let running: RunningSimulator;
    try {
      running = await simulator.start(host.for(name, fault?.simulator === name ? { fault: fault.id } : {}), settings);
    } catch (error) {
      throw new ConfigurationError(`The simulator ${name} cannot start: ${(error as Error).message}${port === undefined ? '' : ` (port ${port}; see "reach: { ports: … }" in the SUT file)`}`);
    }
    this.#running.set(name, running);
    await log.append(eventBody('simulator.started', { simulator: name, endpoints: running.endpoints }));
  }

  /** Stops all, the last one first; a simulator that cannot stop does not keep the others from it. */
  async stop(): Promise<string[]> {
    const problems: string[] = [];
    for (const [name, running] of [...this.#running].reverse()) {
      await running.stop().catch((error: Error) => problems.push(`The simulator ${name} did not stop: ${error.message}`));
    }
    this.#running.clear();
    return problems;
  }
}

const addressOf = (endpoints: Record<string, string> | undefined): string | undefined => endpoints && (endpoints['url'] ?? endpoints['dicom']);
function portOf(endpoints: Record<string, string> | undefined): number | undefined {
  const match = /:(\d+)(\/|$)/.exec(addressOf(endpoints)?.replace(/^[a-z]+:\/\//, '') ?? '');
  return match ? Number(match[1]) : undefined;
}
const tokenOf = (endpoints: Record<string, string> | undefined): string | undefined => (endpoints?.['url'] && /^https?:/.test(endpoints['url']) ? new URL(endpoints['url']).pathname.split('/').at(-1) || undefined : undefined);

async function clientTlsOf(sut: SutDescription, actor: string): Promise<Partial<TlsSettings> | undefined> {
  const tls = systemsOf(sut, actor).find((system) => system.tls !== undefined)?.tls as { ca?: string; cert?: string; key?: string } | undefined;
  if (!tls) return undefined;
  const key = tls.key === undefined ? undefined : (await resolveSecret(sut, tls.key)).reveal();
  return { ...(tls.ca !== undefined && { ca: tls.ca }), ...(tls.cert !== undefined && { cert: tls.cert }), ...(key !== undefined && { key }) };
}
