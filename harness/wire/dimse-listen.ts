/** A DICOM listener whose every byte is evidence: TCP or TLS in front, the tee in between, dcmjs-dimse behind. */
import type { Socket } from 'node:net';
import type { DimseHandler, DimseListen, Listening, Party } from '../contracts.js';
import type { DimseLimits } from './dimse-connection.js';
import { openListener } from './listener.js';
import { hostPort, type Recorder } from './recorder.js';

export const DIMSE_LIMITS: DimseLimits = { connections: 1024, artimMs: 10_000, idleMs: 5 * 60_000 };

export interface DimseListenOptions {
  recorder: Recorder;
  simulator: string;
  bind: string;
  advertise: string;
  peer: Pick<Party, 'role' | 'system'>;
  limits?: Partial<DimseLimits>;
}

export async function listenDimse(options: DimseListenOptions, listen: DimseListen, handler: DimseHandler): Promise<Listening> {
  if (!/^[\x21-\x7e]{1,16}$/.test(listen.aeTitle)) throw new Error(`expected an AE title of 1 to 16 characters without space (PS3.8 section 7.1.1.3), found ${JSON.stringify(listen.aeTitle)}`);
  // Loaded only where DICOM is spoken: the library behind it is large.
  const { DimseConnection } = await import('./dimse-connection.js');
  const limits = { ...DIMSE_LIMITS, ...options.limits };
  const connections = new Set<InstanceType<typeof DimseConnection>>();
  const accept = (socket: Socket, tls?: Party['tls']): void => {
    const initiator: Party = { ...options.peer, address: hostPort(socket.remoteAddress, socket.remotePort), ...(tls ? { tls } : {}) };
    const responder: Party = { role: 'simulator', system: options.simulator, actor: listen.actor, address: `${listen.aeTitle}@${hostPort(options.advertise, socket.localPort)}` };
    const connection = new DimseConnection(socket, { recorder: options.recorder, simulator: options.simulator, aeTitle: listen.aeTitle, limits, initiator, responder, handler });
    connections.add(connection);
    void connection.done.then(() => connections.delete(connection));
  };
  const listener = await openListener(options, listen.tls, limits.connections, accept);
  const port = await listener.bind(options.bind, listen.port ?? 0, `${options.simulator} (${listen.actor})`);
  return {
    port,
    url: `dicom://${listen.aeTitle}@${hostPort(options.advertise, port)}`,
    close: async () => {
      const open = [...connections];
      for (const connection of open) connection.destroy();
      await listener.close(Promise.all(open.map((connection) => connection.done)));
    },
  };
}
