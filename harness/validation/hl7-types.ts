/** HL7 v2 data types as document sharing metadata uses them: ITI TF-3 Table 4.2.3.1.7-2. Pure functions without an opinion on severity. */

/** At most 64 characters; arcs without leading zeros: ITI TF-2 Appendix B, PS3.5 9.1. */
const OID = /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/;
export const OID_MAX_LENGTH = 64;
export const isOid = (value: string): boolean => OID.test(value) && value.length <= OID_MAX_LENGTH;
/** No registered root begins so (X.660), though the framework's own words on the form allow it. */
export const hasUnknownRoot = (oid: string): boolean => !/^[0-2]\./.test(oid);
/** Digits and dots, and nothing else: meant as an OID, sound or not. */
export const looksLikeOid = (value: string): boolean => /^[\d.]*\d[\d.]*$/.test(value) && value.includes('.');

/** RFC 4122 as a URN, in lower case: ITI TF-3 4.2.3.1.5. */
export const isUuidUrn = (value: string): boolean => /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
export const isUuidLike = (value: string): boolean => /^urn:uuid:/i.test(value);

/** Components, without empty ones at the end (receivers ignore delimiters that trail). */
export const components = (value: string): string[] => withoutTrailing(value.split('^'));
const subcomponents = (value: string): string[] => withoutTrailing(value.split('&'));

function withoutTrailing(parts: string[]): string[] {
  let end = parts.length;
  while (end > 0 && parts[end - 1] === '') end--;
  return parts.slice(0, end);
}

const ESCAPES: Readonly<Record<string, string>> = { F: '|', S: '^', R: '~', T: '&', E: '\\' };

/** Undoes \F\, \S\, \R\, \T\ and \E\. */
export const unescape = (value: string): string => value.replace(/\\([FSRTE])\\/g, (_, letter: string) => ESCAPES[letter] ?? '');

/** Escape sequences other than those of the separators: `\H\`, `\N\`, `\.br\`, `\Z99\`; and a bare escape character. */
export function foreignEscapes(value: string): { formatting: string[]; bare: boolean } {
  const rest = value.replace(/\\[FSRTE]\\/g, '').replace(/\\X[0-9A-F]+\\/gi, '');
  const formatting = rest.match(/\\(?:H|N|Z[^\\]*|\.[^\\]*)\\/g) ?? [];
  return { formatting, bare: rest.replace(/\\(?:H|N|Z[^\\]*|\.[^\\]*)\\/g, '').includes('\\') };
}

export interface Authority {
  namespace: string;
  universalId: string;
  universalIdType: string;
}

const authorityOf = (component: string): Authority => {
  const [namespace = '', universalId = '', universalIdType = ''] = subcomponents(component);
  return { namespace, universalId, universalIdType };
};

/** What is wrong with an assigning authority that must read `&OID&ISO`; arcs and length of the OID are not looked at. */
export function authorityProblems(component: string): string[] {
  const { namespace, universalId, universalIdType } = authorityOf(component);
  const problems: string[] = [];
  if (namespace !== '') problems.push(`the namespace '${namespace}' stands before the first '&'`);
  if (universalId === '') problems.push('the OID of the assigning authority is missing');
  else if (!looksLikeOid(universalId)) problems.push(`the universal id '${universalId}' is no OID`);
  if (universalIdType !== 'ISO') problems.push(universalIdType === '' ? 'the universal id type ISO is missing' : `the universal id type is '${universalIdType}'`);
  if (subcomponents(component).length > 3) problems.push('there are more than three subcomponents');
  return problems;
}

export interface Identifier {
  id: string;
  authority: Authority;
  /** CXi.5 */
  type: string;
  problems: string[];
}

/** `IdNumber^^^&OIDofAA&ISO`, and no other component. */
export function parseCx(value: string): Identifier {
  const parts = components(value);
  const problems: string[] = [];
  if (!parts[0]) problems.push('component 1 (the id) is empty');
  if (parts[0]?.includes('&')) problems.push('component 1 has subcomponents');
  if (value.includes('~')) problems.push('there is more than one repetition');
  parts.forEach((part, index) => {
    if (index !== 0 && index !== 3 && part !== '') problems.push(`component ${index + 1} is filled ('${part}')`);
  });
  problems.push(...authorityProblems(parts[3] ?? ''));
  return { id: unescape(parts[0] ?? ''), authority: authorityOf(parts[3] ?? ''), type: parts[4] ?? '', problems };
}

/** `id^^^authority^type`, the authority as `&OID&ISO` or as a namespace, or empty. */
export function parseCxi(value: string): Identifier {
  const parts = components(value);
  const problems: string[] = [];
  if (!parts[0]) problems.push('component 1 (the id) is empty');
  for (const index of [1, 2]) if (parts[index]) problems.push(`component ${index + 1} is filled ('${parts[index]}')`);
  if (!parts[4]) problems.push('component 5 (the identifier type) is missing');
  if (parts.length > 5) problems.push('there are components behind the fifth');
  const authority = authorityOf(parts[3] ?? '');
  if (authority.universalId !== '' || authority.universalIdType !== '') {
    if (authority.universalId === '') problems.push('the universal id of component 4 is missing');
    if (authority.universalIdType === '') problems.push('the universal id type of component 4 is missing');
  }
  return { id: unescape(parts[0] ?? ''), authority, type: unescape(parts[4] ?? ''), problems };
}

/** An authority in the words of a finding. */
export const authorityText = ({ namespace, universalId, universalIdType }: Authority): string =>
  namespace === '' && universalId === '' && universalIdType === '' ? 'no authority' : `${namespace}&${universalId}&${universalIdType}`;

/** Whether two CX values name the same identifier in the same domain; a namespace beside the OID is for the rule on the form of CX. */
export function sameIdentifier(a: string, b: string): boolean {
  const [left, right] = [parseCx(a), parseCx(b)];
  const sameDomain = left.authority.universalId === '' ? left.authority.namespace === right.authority.namespace : true;
  return left.id === right.id && left.authority.universalId === right.authority.universalId && sameDomain;
}

/** The separators of `|` in SubmissionSet.intendedRecipient: organisation, person, telecommunication. */
export const recipientParts = (value: string): { xon: string; xcn: string } => {
  const [xon = '', xcn = ''] = value.split('|');
  return { xon, xcn };
};

export interface Dtm {
  /** First and last millisecond that the value may mean, UTC. */
  from: number;
  to: number;
  precision: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';
}

const DTM = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2}))?)?)?)?)?$/;
const PRECISIONS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** `YYYY[MM[DD[hh[mm[ss]]]]]`, a date that the calendar has; undefined otherwise. */
export function parseDtm(value: string): Dtm | undefined {
  const match = DTM.exec(value);
  if (!match) return undefined;
  const given = match.slice(1).filter((part) => part !== undefined).map(Number);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = given;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const from = utc(year, month, day, hour, minute, second);
  if (from.getUTCFullYear() !== year || from.getUTCMonth() !== month - 1 || from.getUTCDate() !== day) return undefined;
  const next: number[] = [year, month, day, hour, minute, second];
  next[given.length - 1] = (given.at(-1) ?? 0) + 1;
  return { from: from.getTime(), to: utc(...(next as Parts)).getTime() - 1, precision: PRECISIONS[given.length - 1] ?? 'second' };
}

type Parts = [year: number, month: number, day: number, hour: number, minute: number, second: number];

/** Carries over what is beyond its range: month 13 is January. (Date.UTC takes the years 0 to 99 for those of the twentieth century.) */
function utc(...[year, month, day, hour, minute, second]: Parts): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, 0);
  return date;
}
