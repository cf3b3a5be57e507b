/** How the simulators of a run are told of one another and of the product: the only place where the engine knows them by name. */
import type { Json, SutDescription, TlsSettings } from '../contracts.js';

export interface WiringContext {
  sut: SutDescription;
  /** Endpoints of a simulator that is running already. */
  endpoint(simulator: string, name: string): string | undefined;
  /** Last part of the paths at which listeners are found. */
  token: string;
  port?: number;
  /** Certificate of our listeners. */
  tls?: TlsSettings;
  /** What we show to the product when we dial it, and whom we trust there. */
  clientTls?: Partial<TlsSettings>;
}
interface Wiring {
  /** Started before, where the run has them. */
  after: readonly string[];
  settings(context: WiringContext): { [name: string]: Json | undefined };
}

const listener = ({ port, token, tls }: WiringContext): { [name: string]: Json | undefined } => ({ port, token, tls: tls as Json | undefined });

const wiring: Record<string, Wiring> = {
  pacs: { after: [], settings: ({ port }) => ({ port, aeTitle: 'ASSAY_PACS' }) },
  'document-registry': { after: [], settings: listener },
  'document-repository': {
    after: ['document-registry'],
    settings: (context) => ({ ...listener(context), registryUrl: context.endpoint('document-registry', 'url') }),
  },
  'imaging-document-consumer': { after: [], settings: ({ clientTls }) => ({ tls: clientTls }) },
};
const plain: Wiring = { after: [], settings: ({ port }) => ({ port }) };

/** The settings of a simulator; one that the table does not know gets its port only. */
export function settingsFor(simulator: string, context: WiringContext): Json {
  const settings = (wiring[simulator] ?? plain).settings(context);
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Json;
}

/** Simulators in an order in which each finds running what it needs. */
export function startOrder(simulators: readonly string[]): string[] {
  const ordered: string[] = [];
  const visit = (name: string): void => {
    if (ordered.includes(name)) return;
    for (const before of wiring[name]?.after ?? []) if (simulators.includes(before)) visit(before);
    ordered.push(name);
  };
  for (const name of simulators) visit(name);
  return ordered;
}

/** What a hook is told of our listeners. */
export function listenerValues(endpoint: (simulator: string, name: string) => string | undefined): Record<string, string> {
  const values: Record<string, string | undefined> = {
    'repository.url': endpoint('document-repository', 'url'),
    'repository.uniqueId': endpoint('document-repository', 'repositoryUniqueId'),
    'registry.url': endpoint('document-registry', 'url'),
    'pacs.dicom': endpoint('pacs', 'dicom'),
    'pacs.aeTitle': endpoint('pacs', 'aeTitle'),
  };
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
