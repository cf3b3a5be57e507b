/** Parts of the package and what points at them: XOP section 3 and 4, RFC 2392, RFC 2045 section 6; ITI TF-2 Appendix V.8.3. */
import type { Observation } from '../../../contracts.js';
import type { MimePart, Problem, SoapMessage } from '../../../formats/model.js';
import { soapView } from '../../../formats/soap.js';
import { defineCheck, met, notApplicable, type Seen, undecidable, violated } from '../../define.js';
import { cidOf, href, includes, partHeaderPlace, partsById, withoutPackage } from '../../mtom-facts.js';

/** Findings of one kind that are shown. */
const SHOWN = 20;

/** Where no envelope could be read, nothing can be said of what stands in it. */
const unread = (m: SoapMessage): Observation | undefined => {
  const problem = m.xml.problems[0];
  return problem ? undecidable(`The envelope cannot be read to its end (${problem.message}).`, m.at(problem)) : m.xml.root ? undefined : undecidable('The package holds no envelope.');
};

export const includeAlone = defineCheck('ASY-MTOM-005', soapView, function* (m): Seen {
  const missing = unread(m);
  if (missing) return yield missing;
  const all = includes(m);
  if (all.length === 0) return yield notApplicable('No xop:Include is used.');
  let wrong = 0;
  for (const include of all) {
    const beside = include.parent?.children.filter((child) => child !== include) ?? [];
    if (beside.length === 0 || ++wrong > SHOWN) continue;
    const blank = beside.every((child) => child.kind === 'text' && child.value.trim() === '');
    yield violated({
      because: blank ? 'White space stands beside xop:Include.' : 'xop:Include is not the only child of its element.',
      ...(blank && { atMost: 'warning' as const }), // readers take it for the binary content all the same
      expected: 'xop:Include alone',
      found: beside.map((child) => (child.kind === 'element' ? `<${child.local}>` : blank ? 'white space' : `text of ${child.value.length} characters`)).slice(0, 5).join(', '),
      at: m.at(include),
      remedy: blank ? 'Do not pretty-print around xop:Include: the white space becomes part of the content.' : 'Either the content travels in a part, or it stands here as base64: not both.',
    });
  }
  if (wrong === 0) yield met('Each xop:Include is the only child of its element.', m.at(all[0] ?? { offset: 0, length: 0 }));
});

export const includeResolves = defineCheck('ASY-MTOM-006', soapView, function* (m): Seen {
  const missing = unread(m);
  if (missing) return yield missing;
  const all = includes(m);
  if (all.length === 0) return yield notApplicable('No xop:Include is used.');
  const parts = partsById(m);
  let wrong = 0;
  for (const include of all) {
    const id = cidOf(href(include));
    const named = id === undefined ? [] : (parts.get(id.replace(/^<(.*)>$/s, '$1')) ?? []);
    if ((named.length === 1 && named[0] !== m.rootPart) || ++wrong > SHOWN) continue;
    yield violated({
      because: id === undefined ? 'The href of xop:Include is no cid: URI.' : named.length > 1 ? 'The href of xop:Include names several parts.' : named.length === 1 ? 'The href of xop:Include names the envelope itself.' : 'The href of xop:Include names no part of the package.',
      expected: 'a cid: URI of exactly one part',
      found: `${href(include).slice(0, 200) || 'no href'}; the parts are ${[...parts.keys()].slice(0, 5).join(', ') || 'without Content-ID'}`,
      at: m.at(include),
      remedy: 'href is cid: and the part’s Content-ID without its angle brackets, percent-encoded where needed; each part has an id of its own.',
    });
  }
  if (wrong === 0) yield met('Each xop:Include names exactly one part.', m.at(all[0] ?? { offset: 0, length: 0 }));
});

export const brackets = defineCheck('ASY-MTOM-007', soapView, function* (m): Seen {
  const none = withoutPackage(m);
  if (none) return yield none;
  const named = (m.mime?.parts ?? []).filter(({ contentId }) => contentId !== undefined);
  const uris = includes(m).filter((include) => cidOf(href(include)) !== undefined);
  if (named.length === 0 && uris.length === 0) return yield notApplicable('No xop:Include is used, and no part has a Content-ID.');
  let wrong = 0;
  for (const part of named) {
    if (/^<[^<>\s]+>$/.test(part.contentId?.trim() ?? '') || ++wrong > SHOWN) continue;
    yield violated({
      because: 'A Content-ID is not written inside angle brackets.',
      expected: '<id@domain>',
      found: part.contentId?.slice(0, 200) ?? '',
      at: partHeaderPlace(m, part, 'Content-ID'),
      remedy: 'Write Content-ID: <…>; only the cid: URI goes without brackets.',
    });
  }
  for (const include of uris) {
    if (!/[<>]/.test(cidOf(href(include)) ?? '') || ++wrong > SHOWN) continue;
    yield violated({
      because: 'A cid: URI holds angle brackets.',
      expected: 'cid: and the id without brackets',
      found: href(include).slice(0, 200),
      at: m.at(include),
      remedy: 'Leave the brackets of the Content-ID out of the URI.',
    });
  }
  const missing = unread(m);
  if (wrong === 0 && missing) yield missing;
  else if (wrong === 0) yield met('Content-IDs stand inside angle brackets, cid: URIs without.', named[0] && partHeaderPlace(m, named[0], 'Content-ID'));
});

/** What each problem of the splitter means here. */
const STRUCTURE: Record<string, { because: string; warn?: true; expected: string; remedy: string }> = {
  'mime-part-cut-off': { because: 'The last part is cut off: no delimiter follows it.', expected: 'CR LF, two hyphens and the boundary behind each part', remedy: 'Count the octets of the whole package for Content-Length, and close the package before the stream.' },
  'mime-not-closed': { because: 'The closing delimiter lacks its two hyphens.', warn: true, expected: '--boundary--', remedy: 'Write two hyphens behind the boundary of the last delimiter.' },
  'mime-bare-lf': { because: 'A delimiter or header line of the package ends in LF alone.', expected: 'CR LF', remedy: 'Write CR LF: the platform’s line end is not the one of MIME.' },
  'mime-header-without-blank-line': { because: 'No empty line stands between the headers of a part and its body.', expected: 'an empty line behind the headers', remedy: 'End the headers of each part by an empty line, also where there are none.' },
};

export const structure = defineCheck('ASY-MTOM-008', soapView, function* (m): Seen {
  const none = withoutPackage(m);
  if (none) return yield none;
  const { mime } = m;
  if (!mime || mime.parts.length === 0) return yield undecidable('The body cannot be split into parts; ASY-MTOM-014 speaks of it.');
  const problems = mime.problems.filter(({ code }) => code in STRUCTURE);
  for (const problem of problems.slice(0, SHOWN)) yield structural(m, problem);
  if (problems.length === 0) yield met('Each part is delimited, and the package is closed.', m.at(mime.parts[mime.parts.length - 1] ?? { offset: 0, length: 0 }));
});

function structural(m: SoapMessage, problem: Problem): Observation {
  const { because, warn, expected, remedy } = STRUCTURE[problem.code] ?? { because: problem.message, expected: 'a multipart body', remedy: '' };
  return violated({ because, ...(warn && { atMost: 'warning' as const }), expected, found: problem.message, at: m.at(problem), remedy });
}

const isSevenBit = (bytes: Uint8Array): boolean => !bytes.some((octet) => octet > 0x7f || octet === 0);

export const transferEncoding = defineCheck('ASY-MTOM-009', soapView, function* (m): Seen {
  const none = withoutPackage(m);
  if (none) return yield none;
  const parts = (m.mime?.parts ?? []).filter((part) => part !== m.rootPart);
  if (parts.length === 0) return yield notApplicable('The package has no part beside the envelope.');
  let wrong = 0;
  for (const part of parts) {
    const problem = encodingProblem(m, part);
    if (!problem || ++wrong > SHOWN) continue;
    yield violated({
      ...problem,
      at: partHeaderPlace(m, part, 'Content-Transfer-Encoding'),
      remedy: 'Say Content-Transfer-Encoding: binary for octets that are sent as they are; encode the octets where base64 is said.',
    });
  }
  if (wrong === 0) yield met('Each binary part is declared with a transfer encoding that its octets keep.', partHeaderPlace(m, parts[0] as MimePart, 'Content-Transfer-Encoding'));
});

function encodingProblem(m: SoapMessage, part: MimePart): { because: string; atMost?: 'warning'; expected: string; found: string } | undefined {
  const declared = part.transferEncoding?.trim().toLowerCase();
  const known = part.bytes ?? part.head;
  switch (declared) {
    case 'binary':
    case '8bit':
      return undefined;
    case 'base64':
    case 'quoted-printable': {
      const stray = m.mime?.problems.find(({ code, offset }) => code === 'mime-transfer-encoding' && offset === part.offset);
      return stray && { because: `A part is declared ${declared}, but its octets are not.`, expected: `${declared} text, or the declaration binary`, found: stray.message };
    }
    case undefined:
    case '7bit':
      if (!known || isSevenBit(known)) return undefined;
      return declared
        ? { because: 'A part is declared 7bit, but its octets are binary.', expected: 'binary (or 8bit, or base64)', found: '7bit' }
        : { because: 'A binary part has no Content-Transfer-Encoding, which means 7bit.', atMost: 'warning', expected: 'binary (or 8bit, or base64)', found: 'no Content-Transfer-Encoding' };
    default:
      return { because: 'The transfer encoding of a part is none that MIME knows.', expected: 'binary (or 8bit, or base64)', found: part.transferEncoding?.slice(0, 100) ?? '' };
  }
}
