/** Code sets for files: the codes.xml that affinity domains share, or JSON of codes by attribute. */
import type { Code, SutDescription } from '../contracts.js';
import { attribute, childElements, descendants, parseXml } from '../formats/xml.js';

export type CodeSets = Pick<SutDescription['domain'], 'codes' | 'assigningAuthorities'>;

/** Codes by the attribute that they are for. Modality and region codes of the list stay open: PS3.16 has more of them. */
export function parseCodes(bytes: Uint8Array): CodeSets {
  const text = Buffer.from(bytes).toString('utf8').trimStart();
  if (text.startsWith('{')) return { codes: JSON.parse(text) as Record<string, Code[]>, assigningAuthorities: {} };
  const { root, problems } = parseXml(bytes);
  const problem = problems[0];
  if (!root || problem) throw new Error(`The code set is neither JSON nor XML that can be read: ${problem?.message ?? 'no element'} Expected <Codes> with <CodeType name="classCode"> and <Code code="…" codingScheme="…"/>.`);
  const codes: Record<string, Code[]> = {};
  for (const type of descendants(root, 'CodeType')) {
    const name = attribute(type, 'name')?.value;
    if (!name || name === 'mimeType' || name === 'eventCodeList') continue;
    codes[name] = childElements(type, 'Code').map((code) => ({
      code: attribute(code, 'code')?.value ?? '',
      system: attribute(code, 'codingScheme')?.value ?? '',
      ...(attribute(code, 'display') && { display: attribute(code, 'display')?.value }),
    }));
  }
  return { codes, assigningAuthorities: {} };
}
