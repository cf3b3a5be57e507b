/** Transfer syntaxes of PS3.5 annex A and PS3.6 annex A, as far as a comparison of pixel data needs to tell them apart. */

export const IMPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1.99';
export const EXPLICIT_VR_BIG_ENDIAN = '1.2.840.10008.1.2.2';

/** `native`: samples as they are; `lossless`: encapsulated, samples can be had back exactly; `lossy`: they cannot, or need not. */
export type PixelEncoding = 'native' | 'lossless' | 'lossy';

// prettier-ignore
const encodings: Readonly<Record<PixelEncoding, readonly string[]>> = {
  native: [IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN],
  lossless: [
    '1.2.840.10008.1.2.1.98', '1.2.840.10008.1.2.4.57', '1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.92',
    '1.2.840.10008.1.2.4.110', '1.2.840.10008.1.2.4.201', '1.2.840.10008.1.2.4.202', '1.2.840.10008.1.2.5', '1.2.840.10008.1.2.8.1',
  ],
  lossy: [
    '1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.51', '1.2.840.10008.1.2.4.52', '1.2.840.10008.1.2.4.53', '1.2.840.10008.1.2.4.54',
    '1.2.840.10008.1.2.4.55', '1.2.840.10008.1.2.4.56', '1.2.840.10008.1.2.4.58', '1.2.840.10008.1.2.4.59', '1.2.840.10008.1.2.4.60',
    '1.2.840.10008.1.2.4.61', '1.2.840.10008.1.2.4.62', '1.2.840.10008.1.2.4.63', '1.2.840.10008.1.2.4.64', '1.2.840.10008.1.2.4.65',
    '1.2.840.10008.1.2.4.66', '1.2.840.10008.1.2.4.81', '1.2.840.10008.1.2.4.91', '1.2.840.10008.1.2.4.93', '1.2.840.10008.1.2.4.94',
    '1.2.840.10008.1.2.4.95', '1.2.840.10008.1.2.4.100', '1.2.840.10008.1.2.4.100.1', '1.2.840.10008.1.2.4.101', '1.2.840.10008.1.2.4.101.1',
    '1.2.840.10008.1.2.4.102', '1.2.840.10008.1.2.4.102.1', '1.2.840.10008.1.2.4.103', '1.2.840.10008.1.2.4.103.1', '1.2.840.10008.1.2.4.104',
    '1.2.840.10008.1.2.4.104.1', '1.2.840.10008.1.2.4.105', '1.2.840.10008.1.2.4.105.1', '1.2.840.10008.1.2.4.106', '1.2.840.10008.1.2.4.106.1',
    '1.2.840.10008.1.2.4.107', '1.2.840.10008.1.2.4.108', '1.2.840.10008.1.2.4.111', '1.2.840.10008.1.2.4.112', '1.2.840.10008.1.2.4.203',
    '1.2.840.10008.1.2.4.204', '1.2.840.10008.1.2.4.205', '1.2.840.10008.1.2.6.1', '1.2.840.10008.1.2.6.2', '1.2.840.10008.1.2.7.1', '1.2.840.10008.1.2.7.2', '1.2.840.10008.1.2.7.3',
  ],
};
const byUid = new Map(Object.entries(encodings).flatMap(([encoding, uids]) => uids.map((uid) => [uid, encoding as PixelEncoding])));

/** Undefined: no transfer syntax that PS3.6 registers, as far as this table knows. */
export const pixelEncoding = (transferSyntax: string): PixelEncoding | undefined => byUid.get(transferSyntax);

/** What DICOM registers lies below this root (PS3.5 9): a syntax below it that PS3.6 does not list, nobody can produce. A private one may be known to whom is asked. */
const DICOM_ROOT = '1.2.840.10008.';
export const isUnknownSyntax = (uid: string): boolean => uid.startsWith(DICOM_ROOT) && !byUid.has(uid);

/** What every source can produce for an object that it stores without compression. */
export const UNCOMPRESSED_LITTLE_ENDIAN: readonly string[] = [IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN];
