/** What `assay verify` says of a pack: altered, intact by an unknown signer, or valid by a signer whom the caller trusts. */
import { access, lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate } from 'pkijs';
import { verifyDetached, type CmsVerdict } from '../signing/cms.js';
import { extractPdfSignature } from '../signing/pades.js';
import { CHECKSUMS, hashFile, listFiles, MANIFEST, SIGNATURE, type PackManifest } from './seal.js';

export interface PackVerdict {
  verdict: 'valid' | 'intact, signer unknown' | 'altered';
  /** Each thing that does not hold, as a sentence that begins with the file. */
  problems: string[];
  signer?: CmsVerdict['signer'];
  report?: string;
  files: number;
}

/** `anchors`: certificates that the caller trusts; none: at best `intact, signer unknown`. */
export async function verifyPack(folder: string, anchors: Certificate[] = []): Promise<PackVerdict> {
  const problems: string[] = [];
  const read = (name: string): Promise<Buffer | undefined> => readFile(join(folder, name)).catch(() => undefined);
  const [text, signature, checksums] = await Promise.all([read(MANIFEST), read(SIGNATURE), read(CHECKSUMS)]);
  if (!text || !signature) {
    return { verdict: 'altered', problems: [`${text ? SIGNATURE : MANIFEST}: missing; expected a pack made by "assay run" or "assay report"`], files: 0 };
  }
  const cms = await verifyDetached(signature, text, anchors);
  if (!cms.intact) problems.push(`${SIGNATURE}: ${cms.problem ?? 'does not fit the manifest'}`);
  const manifest = parseManifest(text);
  if (!manifest) problems.push(`${MANIFEST}: not a readable pack manifest`);
  const listed = new Map((manifest?.files ?? []).map((f) => [f.path, f]));
  const present = await listFiles(folder);
  for (const file of listed.values()) await checkFile(folder, file, problems);
  for (const path of present) if (!listed.has(path) && ![MANIFEST, SIGNATURE, CHECKSUMS].includes(path)) problems.push(`${path}: not in the manifest; it was added afterwards`);
  await checkChecksums(folder, checksums?.toString('utf8'), present, problems);
  if (listed.has('report.pdf')) await checkPdf(join(folder, 'report.pdf'), cms, problems);
  const verdict = problems.length > 0 ? 'altered' : cms.trusted ? 'valid' : 'intact, signer unknown';
  if (verdict === 'intact, signer unknown' && cms.problem) problems.push(`${SIGNATURE}: ${cms.problem}`);
  return { verdict, problems, signer: cms.signer, report: manifest?.report, files: listed.size };
}

function parseManifest(text: Buffer): PackManifest | undefined {
  try {
    const value = JSON.parse(text.toString('utf8')) as PackManifest;
    const sound = value.schema === 'assay-pack/1' && value.files.every((f) => typeof f.path === 'string' && !f.path.split('/').includes('..') && !f.path.startsWith('/'));
    return sound ? value : undefined;
  } catch {
    return undefined;
  }
}

async function checkFile(folder: string, file: { path: string; sha256: string; size: number }, problems: string[]): Promise<void> {
  const path = join(folder, file.path);
  const there = await access(path).then(() => true, () => false);
  if (!there) return void problems.push(`${file.path}: missing`);
  if (!(await lstat(path)).isFile()) return void problems.push(`${file.path}: expected a plain file`);
  const found = await hashFile(path);
  if (found.sha256 !== file.sha256) problems.push(`${file.path}: expected sha256 ${file.sha256}, found ${found.sha256}`);
  const name = /^evidence\/([0-9a-f]{64})$/.exec(file.path)?.[1];
  if (name && name !== file.sha256) problems.push(`${file.path}: evidence is named by its hash, and the manifest lists another`);
}

async function checkChecksums(folder: string, text: string | undefined, present: string[], problems: string[]): Promise<void> {
  if (text === undefined) return void problems.push(`${CHECKSUMS}: missing`);
  const sums = new Map<string, string>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [, sha256, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (sha256 && path) sums.set(path, sha256);
    else problems.push(`${CHECKSUMS}: unreadable line`);
  }
  for (const path of present) {
    if (path === CHECKSUMS) continue;
    const expected = sums.get(path);
    if (!expected) problems.push(`${CHECKSUMS}: does not list ${path}`);
    else if ((await hashFile(join(folder, path))).sha256 !== expected) problems.push(`${path}: differs from ${CHECKSUMS}`);
  }
  if (!text.endsWith('\n') || text.split('\n').length - 1 !== sums.size) problems.push(`${CHECKSUMS}: not as it was written`);
}

async function checkPdf(file: string, pack: CmsVerdict, problems: string[]): Promise<void> {
  const pdf = await readFile(file).catch(() => undefined);
  if (!pdf) return;
  const found = extractPdfSignature(pdf);
  if (!found) return void problems.push('report.pdf: holds no signature');
  if (!found.total) problems.push('report.pdf: bytes were appended behind the signature');
  const verdict = await verifyDetached(found.signature, found.covered);
  if (!verdict.intact) problems.push(`report.pdf: ${verdict.problem ?? 'the signature does not fit'}`);
  else if (verdict.signer?.fingerprint !== pack.signer?.fingerprint) problems.push('report.pdf: signed by another key than the manifest');
}
