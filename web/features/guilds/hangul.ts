/**
 * Takes Hangul apart into the letters one types, so that a syllable that is still being composed can be compared. Unicode
 * arranges syllables by initial, vowel and final: https://www.unicode.org/versions/latest/core-spec/chapter-3/#G24646
 */

const initials = [...'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'];
const vowels = 'ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ'.split(
  ' ',
);
const finals =
  'ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ'.split(
    ' ',
  );

const firstSyllable = 0xac00; // 가
const lastSyllable = 0xd7a3; // 힣
const firstInitial = 0x1100; // ᄀ, a lone ㄱ after NFKC
const firstVowel = 0x1161; // ᅡ, a lone ㅏ
const firstFinal = 0x11a8; // ᆨ; a lone ㄳ is among the finals
/** Two lone clusters that NFKC takes for initials of old Korean: ㅀ and ㅄ. */
const oldInitials: Record<number, string> = { 0x111a: 'ㄹㅎ', 0x1121: 'ㅂㅅ' };

/**
 * The units a text is compared by, one a character: a Hangul syllable as its letters in the order they are typed (한 is
 * "ㅎㅏㄴ", 닭 is "ㄷㅏㄹㄱ"), a lone letter as itself, anything else as it stands. A lone cluster (ㄳ), which keyboards
 * make of two consonants typed in a row, is two units. Expects NFKC.
 */
export function spell(text: string): string[] {
  return [...text].flatMap((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code >= firstSyllable && code <= lastSyllable) return spellSyllable(code - firstSyllable);
    const letters =
      initials[code - firstInitial] ??
      vowels[code - firstVowel] ??
      finals[code - firstFinal] ??
      oldInitials[code];
    return letters === undefined ? character : letters.split('');
  });
}

function spellSyllable(index: number): string {
  const final = index % 28;
  const vowel = Math.floor(index / 28) % 21;
  const initial = Math.floor(index / (28 * 21));
  return `${initials[initial]}${vowels[vowel]}${final === 0 ? '' : finals[final - 1]}`;
}

/** A consonant that stands alone. */
export function isLoneConsonant(unit: string | undefined): boolean {
  return unit !== undefined && /^[ㄱ-ㅎ]$/.test(unit);
}

/** A whole syllable, spelt. */
export function isSyllable(unit: string | undefined): boolean {
  return unit !== undefined && /^[ㄱ-ㅎ][ㅏ-ㅣ]/.test(unit);
}
