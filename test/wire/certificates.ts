/** Throw-away certificates, made by openssl. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Pair {
  key: string;
  cert: string;
}
export interface Authority extends Pair {
  /** `days: -1` has expired. */
  issue(name: string, how?: { san?: string; days?: number }): Pair;
}

export class Certificates {
  readonly dir = mkdtempSync(join(tmpdir(), 'assay-tls-'));
  #count = 0;

  authority(name: string): Authority {
    const { key, path } = this.#key();
    const cert = `${path}.pem`;
    openssl('req', '-x509', '-new', '-key', key, '-subj', `/CN=${name}`, '-days', '2', '-out', cert);
    return { key, cert, issue: (subject, how = {}) => this.#issue({ key, cert }, subject, how.san ?? 'IP:127.0.0.1', how.days ?? 2) };
  }

  close(): Promise<void> {
    return rm(this.dir, { recursive: true, force: true });
  }

  #issue(ca: Pair, name: string, san: string, days: number): Pair {
    const { key, path } = this.#key();
    openssl('req', '-new', '-key', key, '-subj', `/CN=${name}`, '-out', `${path}.csr`);
    writeFileSync(`${path}.ext`, `subjectAltName=${san}\n`);
    openssl('x509', '-req', '-in', `${path}.csr`, '-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial', '-days', String(days), '-extfile', `${path}.ext`, '-out', `${path}.pem`);
    return { key, cert: `${path}.pem` };
  }

  #key(): { key: string; path: string } {
    const path = join(this.dir, String((this.#count += 1)));
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${path}.key`);
    return { key: `${path}.key`, path };
  }
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
