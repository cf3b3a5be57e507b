/**
 * Detached CMS signatures in the form of CAdES baseline B-B (ETSI EN 319 122-1): contentType, messageDigest and
 * signing-certificate-v2 as signed attributes, no signingTime (which the PDF form forbids).
 */
import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { fingerprintOf, subjectOf, type SigningKey } from './key.js';

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
};
const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

export async function signDetached(content: Uint8Array, key: SigningKey): Promise<Buffer> {
  const digest = createHash('sha256').update(content).digest();
  const certificateHash = createHash('sha256').update(Buffer.from(key.certificate.toSchema().toBER())).digest();
  // SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2 }, its hash algorithm left at the default, SHA-256 (RFC 5035).
  const essCertId = new asn1js.Sequence({ value: [new asn1js.OctetString({ valueHex: buffer(certificateHash) })] });
  const signingCertificate = new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [essCertId] })] });
  const signedData = new pkijs.SignedData({
    version: 1,
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: OID.data }),
    signerInfos: [
      new pkijs.SignerInfo({
        version: 1,
        sid: new pkijs.IssuerAndSerialNumber({ issuer: key.certificate.issuer, serialNumber: key.certificate.serialNumber }),
        signedAttrs: new pkijs.SignedAndUnsignedAttributes({
          type: 0,
          attributes: [
            new pkijs.Attribute({ type: OID.contentType, values: [new asn1js.ObjectIdentifier({ value: OID.data })] }),
            new pkijs.Attribute({ type: OID.messageDigest, values: [new asn1js.OctetString({ valueHex: buffer(digest) })] }),
            new pkijs.Attribute({ type: OID.signingCertificateV2, values: [signingCertificate] }),
          ],
        }),
      }),
    ],
    certificates: key.chain,
  });
  await signedData.sign(key.privateKey, 0, 'SHA-256', buffer(content));
  const contentInfo = new pkijs.ContentInfo({ contentType: OID.signedData, content: signedData.toSchema(true) });
  return Buffer.from(contentInfo.toSchema().toBER());
}

export interface CmsVerdict {
  /** The signature fits content and certificate. */
  intact: boolean;
  /** The certificate leads to one of the trust anchors, each valid now. */
  trusted: boolean;
  signer?: { subject: string; fingerprint: string; notBefore: string; notAfter: string };
  problem?: string;
}

/** Never throws: bytes that are no CMS are not intact. */
export async function verifyDetached(signature: Uint8Array, content: Uint8Array, anchors: pkijs.Certificate[] = []): Promise<CmsVerdict> {
  try {
    const contentInfo = pkijs.ContentInfo.fromBER(buffer(signature));
    const signedData = new pkijs.SignedData({ schema: contentInfo.content as asn1js.Sequence });
    const certificates = (signedData.certificates ?? []).filter((c): c is pkijs.Certificate => c instanceof pkijs.Certificate);
    const sid = signedData.signerInfos[0]?.sid as unknown;
    const certificate = certificates.find(
      (c) => sid instanceof pkijs.IssuerAndSerialNumber && c.serialNumber.isEqual(sid.serialNumber) && c.issuer.isEqual(sid.issuer),
    );
    if (!certificate) return { intact: false, trusted: false, problem: 'the signature holds no certificate of its signer' };
    const signer = {
      subject: subjectOf(certificate),
      fingerprint: fingerprintOf(certificate),
      notBefore: certificate.notBefore.value.toISOString(),
      notAfter: certificate.notAfter.value.toISOString(),
    };
    const intact = await signedData.verify({ signer: 0, data: buffer(content), checkChain: false });
    if (!intact) return { intact: false, trusted: false, signer, problem: 'the signature does not fit the content' };
    if (!namesCertificate(signedData, certificate)) {
      return { intact: false, trusted: false, signer, problem: 'the signing-certificate attribute names another certificate than the one enclosed' };
    }
    if (anchors.length === 0) return { intact, trusted: false, signer };
    const chain = await new pkijs.CertificateChainValidationEngine({ trustedCerts: anchors, certs: [...certificates, ...anchors], checkDate: new Date() }).verify();
    const pinned = anchors.some((a) => fingerprintOf(a) === signer.fingerprint);
    const inTime = certificate.notBefore.value <= new Date() && certificate.notAfter.value >= new Date();
    if (pinned) return { intact, trusted: inTime, signer, problem: inTime ? undefined : 'the certificate of the signer has expired or is not yet valid' };
    return { intact, trusted: chain.result && inTime, signer, problem: chain.result ? undefined : `no trust: ${chain.resultMessage}` };
  } catch (error) {
    return { intact: false, trusted: false, problem: `not a readable CMS signature: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** RFC 5035: the signed attribute holds the hash of the signer's certificate, so that none can be put in its place. */
function namesCertificate(signedData: pkijs.SignedData, certificate: pkijs.Certificate): boolean {
  const attribute = signedData.signerInfos[0]?.signedAttrs?.attributes.find((a) => a.type === OID.signingCertificateV2);
  if (!attribute) return false;
  const hash = createHash('sha256').update(Buffer.from(certificate.toSchema().toBER())).digest();
  return Buffer.from((attribute.values[0] as asn1js.Sequence).toBER()).includes(hash);
}
