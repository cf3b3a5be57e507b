/** Tag to VR and keyword, for implicit VR and for words that people read. */
import { PACKED_DICTIONARY } from './dicom-dictionary-data.js';

interface Entry {
  vr: string;
  keyword: string;
}

let entries: Map<number, Entry> | undefined;

function dictionary(): Map<number, Entry> {
  if (entries) return entries;
  entries = new Map();
  let group = 0;
  for (const line of PACKED_DICTIONARY.split('\n')) {
    const words = line.split(' ');
    if (words[0]) group = Number.parseInt(words[0], 16);
    for (const word of words.slice(1)) {
      if (word.length > 6) entries.set(group * 0x10000 + Number.parseInt(word.slice(0, 4), 16), { vr: word.slice(4, 6), keyword: word.slice(6) });
    }
  }
  return entries;
}

function lookUp(tag: number): Entry | undefined {
  const group = Math.floor(tag / 0x10000);
  // Curves and overlays repeat in even groups (PS3.5 section 7.6).
  const repeating = (group & 0xff00) === 0x6000 || (group & 0xff00) === 0x5000;
  return dictionary().get(repeating ? (group & 0xff00) * 0x10000 + (tag % 0x10000) : tag);
}

/** VR by the dictionary for a tag as a number; UL for group lengths, LO for private creators, UN where unknown. */
export function dictionaryVr(tag: number): string {
  const element = tag % 0x10000;
  if (element === 0) return 'UL';
  if (Math.floor(tag / 0x10000) % 2 === 1) return element >= 0x10 && element <= 0xff ? 'LO' : 'UN';
  return lookUp(tag)?.vr ?? 'UN';
}

/** `SpecificCharacterSet` for `00080005`; undefined where unknown. */
export const keywordOf = (tag: string): string | undefined => lookUp(Number.parseInt(tag, 16))?.keyword;

/** `00080005` for `SpecificCharacterSet`; undefined where unknown. */
export function tagOf(keyword: string): string | undefined {
  for (const [tag, entry] of dictionary()) if (entry.keyword === keyword) return tag.toString(16).toUpperCase().padStart(8, '0');
  return undefined;
}
