/** TLS: settings into options, facts of a connection, and failures in plain words. */
import { ConfigurationError } from '../configuration-error.js';
import { readFile } from 'node:fs/promises';
import type { DetailedPeerCertificate, TLSSocket, TlsOptions } from 'node:tls';
import type { EvidenceStore, Party, TlsSettings } from '../contracts.js';

/** Key, certificate and CA are PEM texts, or paths of PEM files. */
export async function tlsOptions(settings: Partial<TlsSettings>): Promise<Pick<TlsOptions, 'key' | 'cert' | 'ca' | 'minVersion'>> {
  return {
    ...(settings.key ? { key: await pem(settings.key, 'key') } : {}),
    ...(settings.cert ? { cert: await pem(settings.cert, 'certificate') } : {}),
    ...(settings.ca ? { ca: await pem(settings.ca, 'CA certificate') } : {}),
    minVersion: 'TLSv1.2',
  };
}

async function pem(value: string, what: string): Promise<string> {
  if (value.includes('-----BEGIN')) return value;
  const text = await readFile(value, 'utf8').catch((error: Error) => {
    throw new ConfigurationError(`TLS ${what}: expected a PEM text or the path of a PEM file, found ${error.message}`);
  });
  if (!text.includes('-----BEGIN')) throw new ConfigurationError(`TLS ${what}: expected PEM (-----BEGIN …) in ${value}, found something else; convert DER with openssl x509 -inform der`);
  return text;
}

/** Protocol, cipher and the peer's chain, each certificate (DER) a blob of its own. */
export async function tlsFacts(socket: TLSSocket, evidence: EvidenceStore): Promise<NonNullable<Party['tls']>> {
  const chain = [];
  const seen = new Set<string>();
  let certificate = socket.getPeerCertificate(true) as DetailedPeerCertificate | undefined;
  while (certificate?.raw && !seen.has(certificate.fingerprint256)) {
    seen.add(certificate.fingerprint256);
    const writer = await evidence.create();
    await writer.write(certificate.raw);
    chain.push(await writer.seal());
    certificate = certificate.issuerCertificate;
  }
  return { protocol: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher().name, chain };
}

const REASONS: [RegExp, string][] = [
  [/HTTP_REQUEST/, 'plain HTTP was sent to a TLS port: use https://'],
  [/CERT_HAS_EXPIRED/, 'the certificate has expired'],
  [/CERTIFICATE_EXPIRED/, 'the peer says that the certificate has expired'],
  [/CERT_NOT_YET_VALID/, 'the certificate is not valid yet: compare the clocks'],
  [/DEPTH_ZERO_SELF_SIGNED_CERT/, 'the certificate is self-signed and not trusted: give it as CA, or have it issued by a trusted one'],
  [/SELF_SIGNED_CERT_IN_CHAIN/, 'the chain ends in a self-signed CA that is not trusted: give that CA'],
  [/UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE/, 'the certificate was issued by an unknown CA: give that CA, or send the intermediate certificates'],
  [/ALERT_UNKNOWN_CA/, 'the peer does not know the CA that issued our certificate'],
  [/ALERT_BAD_CERTIFICATE|ALERT_CERTIFICATE_UNKNOWN|ALERT_UNSUPPORTED_CERTIFICATE/, 'the peer refused the certificate'],
  [/CERTIFICATE_REQUIRED/, 'the peer asks for a client certificate (mutual TLS)'],
  [/PEER_DID_NOT_RETURN_A_CERTIFICATE/, 'the peer sent no client certificate, which this listener asks for (mutual TLS)'],
  [/ALTNAME_INVALID/, 'the certificate is for another name than the one that was connected to'],
  [/NO_SHARED_CIPHER|HANDSHAKE_FAILURE/, 'no cipher suite is shared'],
  [/UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|VERSION_TOO_LOW/, 'no TLS version is shared: TLS 1.2 or later is wanted'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_TOO_SMALL/, 'the other side does not speak TLS on this port'],
  [/HANDSHAKE_TIMEOUT/, 'the TLS handshake was begun but not finished in time'],
  [/ECONNRESET/, 'the connection was closed during the TLS handshake: the peer refused our certificate, or only looked whether the port is open'],
];

/** The plain reason of a TLS failure; undefined: it is none. */
export function tlsReason(error: Error & { code?: string; reason?: string }): string | undefined {
  const code = error.code ?? '';
  for (const [pattern, reason] of REASONS) if (pattern.test(code)) return `${reason} (${code})`;
  return code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') ? `${error.reason ?? error.message} (${code})` : undefined;
}
