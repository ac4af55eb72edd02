/** What stands in for a missing picture. */

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const firstGrapheme = (word: string) =>
  graphemes.segment(word)[Symbol.iterator]().next().value?.segment ?? '';

/**
 * The first letters of a name's first two words, as people see letters: a Hangul syllable, a flag or a family emoji is
 * one. An emoji at the front says enough alone. A name without any letter gives "?".
 */
export function initials(name: string): string {
  const words = name.normalize('NFC').split(/\s+/u).filter(Boolean);
  const [first = '', second = ''] = words.map(firstGrapheme);
  if (/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(first)) return first;
  const letters = /[\p{L}\p{N}]/u.test(second) ? first + second : first;
  return letters.toLocaleUpperCase() || '?';
}
