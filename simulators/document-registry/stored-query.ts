/** Registry Stored Query: FindDocuments, FindDocumentsByReferenceId and GetDocuments (ITI TF-2 section 3.18.4.1.2.3). */
import type { XmlElement } from '../../harness/formats/model.js';
import { attribute, childElements, descendants, textOf } from '../../harness/formats/xml.js';
import { registryError, type RegistryErrorModel } from '../emit/registry-response.js';
import { authorPersonsOf, codesOf, patientIdOf, slotsOf, statusOf, uniqueIdOf, type Registered } from './objects.js';

const QUERIES: Record<string, 'FindDocuments' | 'FindDocumentsByReferenceId' | 'GetDocuments'> = {
  'urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d': 'FindDocuments',
  'urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492': 'FindDocumentsByReferenceId',
  'urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4': 'GetDocuments',
};
const STATUS_PREFIX = 'urn:oasis:names:tc:ebxml-regrep:StatusType:';
const STABLE = 'urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1';

/** Each parameter with its slots in order: values within one slot are alternatives, slots of one name hold together. */
export type QueryParameters = Map<string, string[][]>;

/** `'a'`, `('a','b')`, `5`: strings in single quotes, an inner quote doubled (ITI TF-2 section 3.18.4.1.2.3.5). */
export function parseValues(text: string): string[] {
  const values: string[] = [];
  for (const match of text.matchAll(/'((?:[^']|'')*)'|([^\s(),']+)/g)) values.push(match[1]?.replaceAll("''", "'") ?? match[2]!);
  return values;
}

export function parametersOf(query: XmlElement): QueryParameters {
  const parameters: QueryParameters = new Map();
  for (const slot of childElements(query, 'Slot')) {
    const name = attribute(slot, 'name')?.value ?? '';
    const values = descendants(slot, 'Value').flatMap((v) => parseValues(textOf(v)));
    parameters.set(name, [...(parameters.get(name) ?? []), values]);
  }
  return parameters;
}

/** SQL LIKE with % and _, matched greedily: the time stays bounded whatever the pattern. */
export function like(pattern: string): (value: string) => boolean {
  return (value) => {
    let p = 0;
    let resume: { p: number; v: number } | undefined;
    for (let v = 0; v < value.length; ) {
      if (pattern[p] === '%') resume = { p: ++p, v };
      else if (p < pattern.length && (pattern[p] === '_' || pattern[p] === value[v])) {
        p++;
        v++;
      } else if (resume) {
        p = resume.p;
        v = ++resume.v;
      } else return false;
    }
    return /^%*$/.test(pattern.slice(p));
  };
}

type Filter = (entry: Registered, slots: string[][]) => boolean;
const anyOf = (values: (e: Registered) => string[]): Filter => (e, slots) => slots.every((alternatives) => alternatives.some((a) => values(e).includes(a)));
const likeAnyOf = (values: (e: Registered) => string[]): Filter => (e, slots) => slots.every((alternatives) => alternatives.some((a) => values(e).some(like(a))));
/** From the lower bound on, up to and without the upper one; an entry without the time is not excluded. */
const bound =
  (slot: string, holds: (time: string, bound: string) => boolean): Filter =>
  (e, slots) => {
    const time = slotsOf(e, slot)[0];
    return time === undefined || holds(time.padEnd(14, '0'), (slots[0]?.[0] ?? '').padEnd(14, '0'));
  };
const times = (slot: string, name: string): Record<string, Filter> => ({
  [`$XDSDocumentEntry${name}From`]: bound(slot, (time, from) => time >= from),
  [`$XDSDocumentEntry${name}To`]: bound(slot, (time, to) => time < to),
});

const FILTERS: Record<string, Filter> = {
  $XDSDocumentEntryPatientId: anyOf((e) => [patientIdOf(e) ?? '']),
  $XDSDocumentEntryStatus: anyOf((e) => [statusOf(e)]),
  $XDSDocumentEntryClassCode: anyOf((e) => codesOf(e, 'DocumentEntry.classCode')),
  $XDSDocumentEntryTypeCode: anyOf((e) => codesOf(e, 'DocumentEntry.typeCode')),
  $XDSDocumentEntryPracticeSettingCode: anyOf((e) => codesOf(e, 'DocumentEntry.practiceSettingCode')),
  $XDSDocumentEntryHealthcareFacilityTypeCode: anyOf((e) => codesOf(e, 'DocumentEntry.healthcareFacilityTypeCode')),
  $XDSDocumentEntryEventCodeList: anyOf((e) => codesOf(e, 'DocumentEntry.eventCodeList')),
  $XDSDocumentEntryConfidentialityCode: anyOf((e) => codesOf(e, 'DocumentEntry.confidentialityCode')),
  $XDSDocumentEntryFormatCode: anyOf((e) => codesOf(e, 'DocumentEntry.formatCode')),
  $XDSDocumentEntryAuthorPerson: likeAnyOf(authorPersonsOf),
  $XDSDocumentEntryReferenceIdList: likeAnyOf((e) => slotsOf(e, 'urn:ihe:iti:xds:2013:referenceIdList')),
  ...times('creationTime', 'CreationTime'),
  ...times('serviceStartTime', 'ServiceStartTime'),
  ...times('serviceStopTime', 'ServiceStopTime'),
};
const CODE_PARAMETERS = Object.keys(FILTERS).filter((name) => /Code(List)?$/.test(name));
const SINGLE_VALUED = ['$XDSDocumentEntryPatientId', ...Object.keys(FILTERS).filter((name) => /(From|To)$/.test(name))];

export interface QueryResult {
  found: Registered[];
  errors: RegistryErrorModel[];
}
const refuse = (code: string, context: string): QueryResult => ({ found: [], errors: [registryError(code, context)] });

function find(entries: Registered[], parameters: QueryParameters, required: string[]): QueryResult {
  for (const name of SINGLE_VALUED) if ((parameters.get(name)?.flat().length ?? 0) > 1) return refuse('XDSStoredQueryParamNumber', `${name} takes one value.`);
  // Status values that are not known are ignored; if none is left the parameter counts as missing.
  const known = parameters.get('$XDSDocumentEntryStatus')?.map((slot) => slot.filter((v) => v.startsWith(STATUS_PREFIX)));
  const effective: QueryParameters = new Map(parameters);
  if (known) effective.set('$XDSDocumentEntryStatus', known);
  const missing = required.filter((name) => !effective.get(name)?.some((slot) => slot.length > 0));
  if (missing.length > 0) return refuse('XDSStoredQueryMissingParam', `${missing.join(', ')} must be given.`);
  for (const name of CODE_PARAMETERS) {
    const bad = effective.get(name)?.flat().find((v) => !/^[^^]+\^\^[^^]+$/.test(v));
    if (bad !== undefined) return refuse('XDSStoredQueryParamNumber', `${name} has the form code^^scheme; found ${bad}.`);
  }
  const found = entries.filter((e) => e.node.attributes.objectType === STABLE && Object.entries(FILTERS).every(([name, filter]) => !effective.has(name) || filter(e, effective.get(name)!)));
  return { found, errors: [] };
}

function getDocuments(entries: Registered[], parameters: QueryParameters, leafClass: boolean): QueryResult {
  const uuids = parameters.get('$XDSDocumentEntryEntryUUID')?.flat();
  const uniqueIds = parameters.get('$XDSDocumentEntryUniqueId')?.flat();
  if (uuids && uniqueIds) return refuse('XDSStoredQueryParamNumber', 'Give entryUUIDs or uniqueIds, not both.');
  if (!uuids?.length && !uniqueIds?.length) return refuse('XDSStoredQueryMissingParam', '$XDSDocumentEntryEntryUUID or $XDSDocumentEntryUniqueId must be given.');
  const found = entries.filter((e) => (uuids ? uuids.includes(e.id) : uniqueIds!.includes(uniqueIdOf(e) ?? '')));
  if (leafClass && new Set(found.map(patientIdOf)).size > 1) return refuse('XDSResultNotSinglePatient', 'The documents belong to more than one patient.');
  return { found, errors: [] };
}

/** Answers the query of an AdhocQueryRequest. */
export function storedQuery(request: XmlElement, entries: Registered[]): QueryResult & { leafClass: boolean } {
  const query = childElements(request, 'AdhocQuery')[0];
  const option = childElements(request, 'ResponseOption')[0];
  const leafClass = attribute(option, 'returnType')?.value === 'LeafClass';
  const id = attribute(query, 'id')?.value ?? '';
  const parameters: QueryParameters = query ? parametersOf(query) : new Map<string, string[][]>();
  const subject = ['$XDSDocumentEntryPatientId', '$XDSDocumentEntryStatus'];
  const answer = (): QueryResult => {
    switch (QUERIES[id]) {
      case 'FindDocuments':
        return find(entries, parameters, subject);
      case 'FindDocumentsByReferenceId':
        return find(entries, parameters, [...subject, '$XDSDocumentEntryReferenceIdList']);
      case 'GetDocuments':
        return getDocuments(entries, parameters, leafClass);
      default:
        return refuse('XDSUnknownStoredQuery', `Query ${id || '(none)'} is not supported: expected one of ${Object.entries(QUERIES).map(([uuid, name]) => `${name} (${uuid})`).join(', ')}.`);
    }
  };
  return { ...answer(), leafClass };
}
