/** Small syntaxes of configuration files: each explainer says what is wrong with a text, or undefined where it is right. */

export type Explainer = (text: string) => string | undefined;

/** An OID or DICOM UID (PS3.5 section 9.1, ITU-T X.660): the first component 0 to 2, no leading zeros, 64 characters at most. */
export const explainOid: Explainer = (text) => {
  const components = text.split('.');
  const odd = components.find((c) => !/^\d+$/.test(c));
  if (odd !== undefined) return odd === '' ? 'a component is empty' : `the component "${odd}" is not a number`;
  const padded = components.find((c) => c.length > 1 && c.startsWith('0'));
  if (padded !== undefined) return `the component "${padded}" has a leading zero`;
  if (components.length < 2) return 'it has one component only';
  if (!/^[0-2]$/.test(components[0] ?? '')) return `the first component is ${components[0]}, it can be 0, 1 or 2`;
  return text.length > 64 ? `it has ${text.length} characters, 64 are allowed` : undefined;
};

/** `host:port`; an IPv6 address stands in brackets. */
export const explainHostPort: Explainer = (text) => {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return 'it is a URL, here a host and a port are wanted';
  const match = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(\d+)$/.exec(text);
  if (!match) return text.includes(':') ? 'host or port cannot be read' : 'the port is missing';
  const port = Number(match[2]);
  return port >= 1 && port <= 65535 ? undefined : `the port ${match[2]} is not between 1 and 65535`;
};

export const explainUrl: Explainer = (text) => {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return 'the scheme is missing';
  if (!/^https?:\/\//i.test(text)) return `it does not start with http:// or https://`;
  if (!URL.canParse(text)) return 'it cannot be read as a URL';
  return /\s/.test(text) ? 'it holds white space' : undefined;
};

/** An endpoint of a kind that is not known by name: a URL, or host:port. */
export const explainEndpoint: Explainer = (text) => (text.includes('://') ? explainUrl(text) : explainHostPort(text));

/** VR AE (PS3.5 table 6.2-1): 1 to 16 characters of the default repertoire, no backslash, no control characters. */
export const explainAeTitle: Explainer = (text) => {
  if (text.trim() === '') return 'it is empty';
  if (text.length > 16) return `it has ${text.length} characters, 16 are allowed`;
  if (text.includes('\\')) return 'it holds a backslash';
  return /^[\x20-\x7e]+$/.test(text) ? undefined : 'it holds a character outside of ASCII';
};

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Longer waits overflow Node's timers. */
export const LONGEST_WAIT = 2 ** 31 - 1;

/** Milliseconds of `500ms`, `30s`, `10m`, `1h`, or of a number of milliseconds; undefined where it is none of these. */
export function durationOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value > 0 && value <= LONGEST_WAIT ? value : undefined;
  const match = typeof value === 'string' ? /^(\d{1,10})(ms|s|m|h)?$/.exec(value) : null;
  if (!match) return undefined;
  const ms = Number(match[1]) * (UNITS[match[2] ?? 'ms'] ?? 1);
  return ms > 0 && ms <= LONGEST_WAIT ? ms : undefined;
}
export const explainDuration: Explainer = (text) => (durationOf(text) === undefined ? 'it is no duration of at most 24 days' : undefined);

/** By the name that a schema gives as `$comment: "syntax: oid"`. */
export const explainers: Record<string, Explainer> = {
  oid: explainOid,
  'host-port': explainHostPort,
  url: explainUrl,
  endpoint: explainEndpoint,
  'ae-title': explainAeTitle,
  duration: explainDuration,
};
