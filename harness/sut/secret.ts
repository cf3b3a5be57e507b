/** Secrets are references until the moment they are needed, and never show in a log, a report or a dump. */
import { ConfigurationError } from '../configuration-error.js';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { inspect } from 'node:util';
import type { SutDescription } from '../contracts.js';

/** A value that prints as `[secret]` wherever it is written by mistake. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  /** The value itself, for the one place that needs it. */
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return '[secret]';
  }
  toJSON(): string {
    return '[secret]';
  }
  [inspect.custom](): string {
    return '[secret]';
  }
}

/** Resolves a secret of the SUT file, now. */
export async function resolveSecret(sut: Pick<SutDescription, 'secrets'>, name: string, env: NodeJS.ProcessEnv = process.env): Promise<Secret> {
  const reference = sut.secrets[name];
  if (!reference) throw new ConfigurationError(`Expected a secret "${name}" below "secrets:" of the SUT file, found none. Add it: "${name}: { env: … }".`);
  if ('env' in reference) {
    const value = env[reference.env];
    if (value === undefined || value === '') throw new ConfigurationError(`Expected the environment variable ${reference.env} to hold the secret "${name}", but it is not set. Set it and start again.`);
    return new Secret(value);
  }
  try {
    return new Secret(await readFile(reference.file, 'utf8'));
  } catch (error) {
    throw new ConfigurationError(`Expected the secret "${name}" in the file ${reference.file}, but it cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** The description as it may be kept in a run folder: no path of this machine, no query or user in a URL. */
export function redactSut(sut: SutDescription): SutDescription {
  const secrets: SutDescription['secrets'] = {};
  for (const [name, secret] of Object.entries(sut.secrets)) secrets[name] = 'env' in secret ? secret : { file: basename(secret.file) };
  const systems: SutDescription['systems'] = {};
  for (const [name, system] of Object.entries(sut.systems)) {
    const tls = system.tls as Record<string, unknown> | undefined;
    systems[name] = {
      ...system,
      endpoints: Object.fromEntries(Object.entries(system.endpoints).map(([kind, value]) => [kind, withoutCredentials(value)])),
      ...(tls && { tls: Object.fromEntries(Object.entries(tls).map(([k, v]) => [k, typeof v === 'string' ? basename(v) : (v as boolean)])) }),
    };
  }
  return { ...sut, secrets, systems };
}

function withoutCredentials(value: string): string {
  if (!value.includes('://') || !URL.canParse(value)) return value;
  const url = new URL(value);
  if (url.username === '' && url.password === '' && url.search === '') return value;
  url.username = '';
  url.password = '';
  if (url.search !== '') url.search = '?redacted';
  return url.href;
}
