/** The anatomic regions that a study shows, and whether an event code names one of them. */
import type { Classification } from '../../formats/model.js';
import { schemeOf } from '../metadata.js';
import { partsOfRegion, regionOfBodyPart, regionOfCode, type Region } from '../tables/anatomic-regions.js';
import { codingScheme, SNOMED_UID } from '../tables/coding-schemes.js';
import type { DicomCode, StudyFacts } from './study-facts.js';

export interface StudyRegions {
  /** Regions of CID 4, from Anatomic Region Sequence and Body Part Examined. */
  regions: Region[];
  /** Codes and terms that stand in no table here: a region is known to the sender, but cannot be compared. */
  unmapped: DicomCode[];
  unknownTerms: string[];
}

const isSnomed = (scheme: string): boolean => codingScheme(scheme) === SNOMED_UID;

export function regionsOf(facts: StudyFacts): StudyRegions {
  const coded = facts.regions.map((code) => ({ code, region: isSnomed(code.scheme) ? regionOfCode(code.value) : undefined }));
  const terms = facts.bodyParts.map((term) => ({ term, region: regionOfBodyPart(term) }));
  return {
    regions: [...new Set([...coded, ...terms].flatMap(({ region }) => region ?? []))],
    unmapped: coded.filter(({ region }) => !region).map(({ code }) => code),
    unknownTerms: terms.filter(({ region }) => !region).map(({ term }) => term),
  };
}

/** The region of CID 4 that an event code names; undefined where it names something else. */
export const namedRegion = (code: Classification): Region | undefined => (isSnomed(schemeOf(code)) ? regionOfCode(code.nodeRepresentation?.trim() ?? '') : undefined);

/** Whether an event code names a region of the study, one of its own codes, or the whole of regions that are all there. */
export function isInStudy(code: Classification, study: StudyRegions): boolean {
  if (study.unmapped.some(({ value, scheme }) => value === code.nodeRepresentation?.trim() && codingScheme(scheme) === codingScheme(schemeOf(code)))) return true;
  const region = namedRegion(code);
  if (!region) return false;
  const parts = partsOfRegion(region);
  return study.regions.includes(region) || (parts.length > 0 && parts.every((part) => study.regions.includes(part)));
}

/** The study's regions in words. */
export const regionsText = ({ regions, unmapped, unknownTerms }: StudyRegions): string =>
  [...regions.map(({ name, codes }) => `${name} (${codes.slice(0, 2).join(' or ')})`), ...unmapped.map(({ value, scheme }) => `${value} (${scheme})`), ...unknownTerms].join(', ') || 'none';
