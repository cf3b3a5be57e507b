/** Closes a run folder into a pack: a list of every file with its hash, signed. Nothing may be added or changed afterwards. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, chmod, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { dataFile } from '../../harness/root.js';
import { signDetached } from '../signing/cms.js';
import type { SigningKey } from '../signing/key.js';

export interface PackFile {
  path: string;
  sha256: string;
  size: number;
}
export interface PackManifest {
  schema: 'assay-pack/1';
  report: string;
  created: string;
  chainHead: string;
  signer: { subject: string; fingerprint: string; origin: SigningKey['origin'] };
  files: PackFile[];
}

export const MANIFEST = 'manifest.json';
export const SIGNATURE = 'manifest.json.p7s';
/** Every file with its hash, signature included: finds a damaged byte where no cryptography looks (unsigned parts of the CMS). */
export const CHECKSUMS = 'checksums.sha256';
export const SIGNER_CERTIFICATE = 'signer.pem';
/** Files about the folder rather than of the run; they may come and go. */
const NOT_PACKED = new Set([MANIFEST, SIGNATURE, CHECKSUMS, 'lock', 'events.jsonl.lock']);

export async function hashFile(file: string): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest('hex'), size };
}

/** Paths below `folder` with forward slashes, sorted; symbolic links are not followed and named as what they are. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((e) => !e.isDirectory())
    .map((e) => relative(folder, join(e.parentPath, e.name)).split(sep).join('/'))
    .sort();
}

/** One file a line, so that a shell can read it without a JSON parser. */
function manifestText(manifest: PackManifest): string {
  const { files, ...rest } = manifest;
  const head = Object.entries(rest).map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`);
  return `{${head.join(',\n')},\n"files":[\n${files.map((f) => JSON.stringify({ path: f.path, sha256: f.sha256, size: f.size })).join(',\n')}\n]}\n`;
}

export async function sealPack(folder: string, report: { id: string; chainHead: string; issued: string }, key: SigningKey): Promise<PackManifest> {
  await Promise.all([MANIFEST, SIGNATURE, CHECKSUMS].map((name) => rm(join(folder, name), { force: true })));
  await copyFile(dataFile('reports', 'pack', 'verify.sh'), join(folder, 'verify.sh'));
  await chmod(join(folder, 'verify.sh'), 0o755);
  await writeFile(join(folder, SIGNER_CERTIFICATE), key.chainPem);
  const files: PackFile[] = [];
  for (const path of await listFiles(folder)) {
    if (NOT_PACKED.has(path)) continue;
    if (!(await stat(join(folder, path))).isFile()) throw new Error(`${path}: expected a plain file in a run folder; move it out and try again`);
    files.push({ path, ...(await hashFile(join(folder, path))) });
  }
  const manifest: PackManifest = {
    schema: 'assay-pack/1',
    report: report.id,
    created: report.issued,
    chainHead: report.chainHead,
    signer: { subject: key.subject, fingerprint: key.fingerprint, origin: key.origin },
    files,
  };
  const text = Buffer.from(manifestText(manifest));
  await writeFile(join(folder, MANIFEST), text);
  await writeFile(join(folder, SIGNATURE), await signDetached(text, key));
  const sums = [...files];
  for (const path of [MANIFEST, SIGNATURE]) sums.push({ path, ...(await hashFile(join(folder, path))) });
  await writeFile(join(folder, CHECKSUMS), sums.map((f) => `${f.sha256}  ${f.path}\n`).join(''));
  return manifest;
}
