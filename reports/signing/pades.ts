/** A signature inside the PDF in the form of PAdES baseline B-B (ETSI EN 319 142-1), with report.json attached under it. */
import { plainAddPlaceholder } from '@signpdf/placeholder-plain';
import { SignPdf } from '@signpdf/signpdf';
import { Signer, SUBFILTER_ETSI_CADES_DETACHED } from '@signpdf/utils';
import { PDFDocument } from 'pdf-lib';
import { signDetached } from './cms.js';
import type { SigningKey } from './key.js';

/** Room for the CMS with a chain of certificates; hex doubles it in the file. */
const SIGNATURE_BYTES = 16_384;

class CadesSigner extends Signer {
  constructor(private readonly key: SigningKey) {
    super();
  }
  override sign(pdf: Buffer): Promise<Buffer> {
    return signDetached(pdf, this.key);
  }
}

export interface PdfFacts {
  title: string;
  subject: string;
  reason: string;
  attachment: { name: string; bytes: Uint8Array };
  issued: Date;
}

export async function signPdf(pdf: Uint8Array, key: SigningKey, facts: PdfFacts): Promise<Buffer> {
  const document = await PDFDocument.load(pdf);
  document.setTitle(facts.title, { showInWindowTitleBar: true });
  document.setSubject(facts.subject);
  document.setProducer('Assay');
  document.setCreationDate(facts.issued);
  document.setModificationDate(facts.issued);
  await document.attach(facts.attachment.bytes, facts.attachment.name, { mimeType: 'application/json', description: 'The report as data: the signed truth' });
  // Without this the placeholder's plain-text search finds no trailer (the library reads no cross-reference streams).
  const plain = Buffer.from(await document.save({ useObjectStreams: false }));
  const withPlaceholder = plainAddPlaceholder({
    pdfBuffer: plain,
    reason: facts.reason,
    contactInfo: '',
    name: key.subject,
    location: '',
    signingTime: facts.issued,
    signatureLength: SIGNATURE_BYTES,
    subFilter: SUBFILTER_ETSI_CADES_DETACHED,
  });
  return new SignPdf().sign(withPlaceholder, new CadesSigner(key));
}

export interface PdfSignature {
  signature: Buffer;
  /** The bytes that are signed. */
  covered: Buffer;
  /** Every byte of the file but the signature itself is covered, to the last one. */
  total: boolean;
}

/** Cuts signature and covered bytes out of a signed PDF (ISO 32000-1 section 12.8.1, ByteRange); undefined where there is none. */
export function extractPdfSignature(pdf: Buffer): PdfSignature | undefined {
  const found = [...pdf.toString('latin1').matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)].at(-1);
  if (!found) return undefined;
  const [a, b, c, d] = found.slice(1, 5).map(Number) as [number, number, number, number];
  if (a + b > c || c + d > pdf.length) return undefined;
  const hex = pdf.subarray(a + b, c).toString('latin1').replace(/[<>\s]/g, '');
  return { signature: trimDer(Buffer.from(hex, 'hex')), covered: Buffer.concat([pdf.subarray(a, a + b), pdf.subarray(c, c + d)]), total: a === 0 && c + d === pdf.length };
}

/** The placeholder is padded with zeros behind the DER structure. */
function trimDer(bytes: Buffer): Buffer {
  const first = bytes[1] ?? 0;
  if (first < 0x80) return bytes.subarray(0, 2 + first);
  const count = first & 0x7f;
  return bytes.subarray(0, 2 + count + (count > 0 && count <= 4 ? bytes.readUIntBE(2, count) : 0));
}
