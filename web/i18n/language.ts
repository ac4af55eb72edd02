/** Which of the languages we speak a person reads: their own choice, else their browser's, else English. */
import { readStored, writeStored } from '../browser-storage.ts';

/** The languages there are messages for. */
export const languages = ['ko', 'en'] as const;
export type Language = (typeof languages)[number];

const storageKey = 'guildhall:language';

const isLanguage = (tag: string | null): tag is Language =>
  languages.some((known) => known === tag);

/** Picks the language from what was chosen before and what the browser prefers, in its order. */
export function pickLanguage(chosen: string | null, preferred: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  return preferred.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find(isLanguage) ?? 'en';
}

/** The language to begin with in this browser. */
export function firstLanguage(): Language {
  return pickLanguage(readStored(storageKey), navigator.languages);
}

/** Remembers the language the person chose. */
export function rememberLanguage(language: Language): void {
  writeStored(storageKey, language);
}
