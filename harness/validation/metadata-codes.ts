/** Comparing codes of metadata with codes of images and of the affinity domain. */
import type { Code } from '../contracts.js';
import type { Classification } from '../formats/model.js';
import type { DicomCode } from './imaging/study-facts.js';
import { schemeOf } from './metadata.js';
import { isAcquisitionModality } from './tables/acquisition-modalities.js';
import { codingScheme, DCM_UID, isKnownScheme } from './tables/coding-schemes.js';

/** Code and scheme as the domain writes them; the display name never decides. */
export const isPrescribed = (code: Classification, prescribed: readonly Code[]): boolean =>
  prescribed.some((each) => each.code === code.nodeRepresentation?.trim() && each.system === schemeOf(code));

/** The same code in the same scheme. Which OID a domain gave to a private scheme of the images cannot be told: any is taken. */
export const isSameCode = (code: Classification, { value, scheme }: DicomCode): boolean =>
  code.nodeRepresentation?.trim() === value && (!isKnownScheme(scheme) || codingScheme(schemeOf(code)) === codingScheme(scheme));

/** The acquisition modality of CID 29 that an event code names by its value, whatever scheme it claims (ASY-RAD68-010 speaks of that). */
export const namedModality = (code: Classification): string | undefined => {
  const value = code.nodeRepresentation?.trim() ?? '';
  return isAcquisitionModality(value) ? value : undefined;
};

export const isDcm = (code: Classification): boolean => codingScheme(schemeOf(code)) === DCM_UID;

/** A code in the words of a finding. */
export const prescribedText = (codes: readonly Code[]): string => codes.map(({ code, system }) => `'${code}' in scheme '${system}'`).join(' or ');
