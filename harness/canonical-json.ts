/** Canonical JSON (RFC 8785): one text for one value, so that its hash means something. */

/**
 * Serializes with sorted member names and no white space. Numbers and strings come out as ECMAScript writes them,
 * which is what RFC 8785 sections 3.2.2.2 and 3.2.2.3 ask for. Members that are `undefined` are left out.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`canonical JSON: expected a finite number, found ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => (item === undefined ? 'null' : canonicalJson(item))).join(',')}]`;
  if (typeof value === 'object') {
    // Section 3.2.3: sorted by UTF-16 code units, which is the default order of strings here.
    const members = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`).join(',')}}`;
  }
  throw new TypeError(`canonical JSON: expected a JSON value, found a ${typeof value}`);
}
