/**
 * The key that signs a report. A certification body or laboratory brings its own (PEM); for self-tests without one, a
 * key is made on this computer, and every report signed with it says so in its face.
 */
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto as unknown as Crypto }));

export interface SigningKey {
  /** `self-made`: nobody vouches for it. */
  origin: 'self-made' | 'configured';
  privateKey: webcrypto.CryptoKey;
  certificate: pkijs.Certificate;
  /** Signer's certificate first. */
  chain: pkijs.Certificate[];
  chainPem: string;
  subject: string;
  /** SHA-256 of the signer's certificate, hex. */
  fingerprint: string;
}

const ALGORITHMS = {
  ec: { name: 'ECDSA', namedCurve: 'P-256' },
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
} as const;

export const pemBlocks = (pem: string, label: string): Uint8Array[] =>
  [...pem.matchAll(new RegExp(`-----BEGIN ${label}-----([\\s\\S]*?)-----END ${label}-----`, 'g'))].map((m) => Buffer.from(m[1] ?? '', 'base64'));

export const toPem = (label: string, der: ArrayBuffer | Uint8Array): string => {
  const text = Buffer.from(der instanceof Uint8Array ? der : new Uint8Array(der)).toString('base64');
  return `-----BEGIN ${label}-----\n${text.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END ${label}-----\n`;
};

export const parseCertificates = (pem: string): pkijs.Certificate[] => pemBlocks(pem, 'CERTIFICATE').map((der) => pkijs.Certificate.fromBER(Uint8Array.from(der).buffer));

export function subjectOf(certificate: pkijs.Certificate): string {
  const names: Record<string, string> = { '2.5.4.3': 'CN', '2.5.4.6': 'C', '2.5.4.10': 'O', '2.5.4.11': 'OU' };
  return certificate.subject.typesAndValues.map((t) => `${names[t.type] ?? t.type}=${String(t.value.valueBlock.value)}`).join(', ');
}

export const fingerprintOf = (certificate: pkijs.Certificate): string => createHash('sha256').update(Buffer.from(certificate.toSchema().toBER())).digest('hex');

/** PKCS#8 private key (EC P-256, P-384 or RSA) and certificates, signer first, as PEM files. */
export async function loadSigningKey(keyFile: string, certificateFile: string): Promise<SigningKey> {
  const [keyPem, chainPem] = await Promise.all([readFile(keyFile, 'utf8'), readFile(certificateFile, 'utf8')]);
  return signingKeyFromPem(keyPem, chainPem, 'configured', keyFile);
}

async function signingKeyFromPem(keyPem: string, chainPem: string, origin: SigningKey['origin'], name: string): Promise<SigningKey> {
  const [der] = pemBlocks(keyPem, 'PRIVATE KEY');
  if (!der) throw new Error(`${name}: expected a PKCS#8 key (BEGIN PRIVATE KEY) without a password; convert it with: openssl pkcs8 -topk8 -nodes -in ${name}`);
  const chain = parseCertificates(chainPem);
  const certificate = chain[0];
  if (!certificate) throw new Error('the certificate file holds no BEGIN CERTIFICATE block');
  let privateKey: webcrypto.CryptoKey | undefined;
  for (const algorithm of [ALGORITHMS.ec, { ...ALGORITHMS.ec, namedCurve: 'P-384' }, ALGORITHMS.rsa]) {
    privateKey ??= await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']).catch(() => undefined);
  }
  if (!privateKey) throw new Error(`${name}: expected an EC key on P-256 or P-384, or an RSA key`);
  return { origin, privateKey, certificate, chain, chainPem, subject: subjectOf(certificate), fingerprint: fingerprintOf(certificate) };
}

/** The self-made key of this computer's user, made at first use; where no home can be written, one for this run alone. */
export async function demoSigningKey(folder = join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'assay')): Promise<SigningKey> {
  const [keyFile, certificateFile] = [join(folder, 'self-made-key.pem'), join(folder, 'self-made-certificate.pem')];
  try {
    const key = await signingKeyFromPem(await readFile(keyFile, 'utf8'), await readFile(certificateFile, 'utf8'), 'self-made', keyFile);
    if (key.certificate.notAfter.value > new Date()) return key;
  } catch {
    // made below
  }
  const { keyPem, certificatePem } = await makeSelfSigned('Assay self-made key (nobody vouches for it)');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(keyFile, keyPem, { mode: 0o600 });
    await chmod(keyFile, 0o600);
    await writeFile(certificateFile, certificatePem);
  } catch {
    // a read-only home: the key lives as long as this process
  }
  return signingKeyFromPem(keyPem, certificatePem, 'self-made', keyFile);
}

/** An EC P-256 key with a certificate of its own, valid for ten years. */
export async function makeSelfSigned(commonName: string, notAfter?: Date): Promise<{ keyPem: string; certificatePem: string }> {
  const pair = await webcrypto.subtle.generateKey(ALGORITHMS.ec, true, ['sign', 'verify']);
  const certificate = new pkijs.Certificate();
  certificate.version = 2;
  certificate.serialNumber = new asn1js.Integer({ valueHex: Uint8Array.from([1, ...randomBytes(15)]).buffer });
  const name = new pkijs.AttributeTypeAndValue({ type: '2.5.4.3', value: new asn1js.Utf8String({ value: commonName }) });
  certificate.subject.typesAndValues.push(name);
  certificate.issuer.typesAndValues.push(name);
  certificate.notBefore.value = new Date(Date.now() - 60_000);
  certificate.notAfter.value = notAfter ?? new Date(Date.now() + 10 * 365 * 86_400_000);
  const digitalSignature = new asn1js.BitString({ valueHex: Uint8Array.from([0xc0]).buffer, unusedBits: 6 });
  certificate.extensions = [
    new pkijs.Extension({ extnID: '2.5.29.19', critical: true, extnValue: new pkijs.BasicConstraints({ cA: false }).toSchema().toBER() }),
    new pkijs.Extension({ extnID: '2.5.29.15', critical: true, extnValue: digitalSignature.toBER() }),
  ];
  await certificate.subjectPublicKeyInfo.importKey(pair.publicKey);
  await certificate.sign(pair.privateKey, 'SHA-256');
  return {
    keyPem: toPem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', pair.privateKey)),
    certificatePem: toPem('CERTIFICATE', certificate.toSchema().toBER()),
  };
}
