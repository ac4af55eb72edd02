/** Whether a server's name has what a person typed into the search. Pure; knows no list. */
import { isLoneConsonant, isSyllable, spell } from './hangul.ts';

/** Case, width and accents do not matter, nor how many spaces there are. Hangul comes out composed. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .trim()
    .replace(/\s+/gu, ' ');
}

/**
 * Makes the test for a search. In Korean it finds
 * - a name by its beginning letters: ㅅㅇ finds 서울, ㅎㄱㅅㅊ finds 한강 산책;
 * - what the last syllable may yet become: 게이 finds 게임, and 한 finds 하늘, whose ㄴ is a final only until the next
 *   vowel is typed;
 * - words with or without the space between them.
 */
export function createSearch(search: string): (name: string) => boolean {
  const wanted = spell(fold(search));
  return (name) => {
    const units = spell(fold(name));
    return wanted.length === 0 || units.some((_, start) => matchesAt(units, start, wanted));
  };
}

function matchesAt(name: string[], start: number, wanted: string[]): boolean {
  let at = start;
  for (const [index, unit] of wanted.entries()) {
    if (name[at] === ' ' && isHangul(unit) && isHangul(wanted[index - 1])) at += 1;
    const here = name[at];
    if (here === undefined) return false;
    const isLast = index === wanted.length - 1;
    if (!matches(unit, here, isLast ? name[at + 1] : undefined, isLast)) return false;
    at += 1;
  }
  return true;
}

/** Compares one unit of the search. Its last syllable may be unfinished, and its last letter belong to the `next` one. */
function matches(unit: string, here: string, next: string | undefined, isLast: boolean): boolean {
  if (unit === here) return true;
  if (!isSyllable(here)) return false;
  if (isLoneConsonant(unit)) return here.startsWith(unit);
  return isLast && isSyllable(unit) && `${here}${isHangul(next) ? next?.[0] : ''}`.startsWith(unit);
}

const isHangul = (unit: string | undefined) => isLoneConsonant(unit) || isSyllable(unit);
