/** Media types and their parameters (RFC 2045 section 5.1, RFC 9110 section 8.3). */
import { note } from './headers.js';
import type { HeaderField, MediaType, Problem } from './model.js';

/** Reads the value of a Content-Type header; what cannot be read is stepped over with a problem at the header's place. */
export function parseMediaType(value: string, place?: Pick<HeaderField, 'offset' | 'length'>): MediaType {
  const problems: Problem[] = [];
  const trouble = (code: string, message: string): void => note(problems, code, message, place?.offset ?? 0, place?.length ?? value.length);
  const head = /^\s*([^;\s]*)\s*/.exec(value);
  const type = (head?.[1] ?? '').toLowerCase();
  if (!/^[!#$&^_.+a-z0-9-]+\/[!#$&^_.+a-z0-9-]+$/.test(type)) trouble('media-type-malformed', `“${type.slice(0, 60)}” is not type/subtype.`);
  const parameters: Record<string, string> = Object.create(null) as Record<string, string>;
  let at = head?.[0].length ?? 0;
  while (at < value.length) {
    const found = /^;\s*(?:([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?\s*/.exec(value.slice(at, at + 8192));
    if (!found) {
      const rest = value.slice(at);
      trouble('media-type-malformed', `“${rest.slice(0, 40)}” is not ; name=value.`);
      const next = rest.indexOf(';', 1);
      if (next < 0) break;
      at += next;
      continue;
    }
    at += found[0].length;
    const name = found[1]?.toLowerCase();
    if (name === undefined) continue;
    if (name in parameters) {
      trouble('media-type-parameter-twice', `Parameter “${name.slice(0, 40)}” occurs twice; the first counts.`);
      continue;
    }
    const quoted = found[2];
    const plain = found[3] ?? '';
    // tspecials have to be quoted (RFC 2045 section 5.1): many senders leave the quotes out.
    if (quoted === undefined && /[()<>@,:\\/[\]?=]/.test(plain)) trouble('media-type-unquoted', `The value of “${name.slice(0, 40)}” has characters that need quotes.`);
    parameters[name] = quoted === undefined ? plain : quoted.replace(/\\(.)/gs, '$1');
  }
  return { type, parameters, problems };
}
