/** Comparing person names: PS3.5 6.2.1. Differences of form (trailing delimiters, padding) are none. */

const trimmed = (group: string): string =>
  group
    .split('^')
    .map((component) => component.trim())
    .join('^')
    .replace(/\^+$/, '');

/** Alphabetic, ideographic and phonetic group, without empty components at the end. */
export const nameGroups = (name: string): string[] => name.split('=').map(trimmed);

/** The alphabetic groups are equal; the others where both names have them. */
export function sameName(a: string, b: string): boolean {
  const [left, right] = [nameGroups(a), nameGroups(b)];
  return [0, 1, 2].every((group) => (group > 0 && (!left[group] || !right[group])) || (left[group] ?? '') === (right[group] ?? ''));
}
