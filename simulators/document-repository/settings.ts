import type { Json, TlsSettings } from '../../harness/contracts.js';
import { ACTIONS } from '../emit/envelope.js';

export interface RepositorySettings {
  port?: number;
  /** Last part of the path; a fresh one keeps parallel runs apart. */
  token?: string;
  transaction?: 'RAD-68' | 'ITI-41';
  repositoryUniqueId?: string;
  /** Where submissions are registered; without it they are stored only. */
  registryUrl?: string;
  registryTimeoutMs?: number;
  tls?: TlsSettings;
  /** How long the fault `slow-repository` waits. */
  slowMs?: number;
}

export const settingsSchema: Json = {
  type: 'object',
  additionalProperties: false,
  properties: {
    port: { type: 'integer', minimum: 0, maximum: 65535, default: 0, description: 'HTTP port; 0 takes a free one' },
    token: { type: 'string', pattern: '^[A-Za-z0-9._~-]+$', description: 'last part of the path; a fresh one if absent' },
    transaction: { enum: ['RAD-68', 'ITI-41'], default: 'RAD-68', description: 'what a submission is recorded as' },
    repositoryUniqueId: { type: 'string', pattern: '^[0-2](\\.(0|[1-9][0-9]*))+$', default: '1.3.6.1.4.1.21367.13.80.101' },
    registryUrl: { type: 'string', format: 'uri', description: 'address of the Document Registry; without it submissions are stored and not registered' },
    registryTimeoutMs: { type: 'integer', minimum: 1, default: 30000 },
    tls: { type: 'object' },
    slowMs: { type: 'integer', minimum: 0, default: 3000, description: 'how long the fault slow-repository waits' },
  },
};

/** What a repository takes: the framework's action, and the one that some products send for RAD-68. */
export const acceptedActions: ReadonlySet<string> = new Set([ACTIONS.provideAndRegister, 'urn:ihe:rad:2009:ProvideAndRegisterImagingDocumentSet']);
