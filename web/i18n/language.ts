/** Which of the languages we speak a person reads: their own choice, else what their browser prefers, else English. */
import { choiceCookies, type Language, languages } from '../../shared/pages.ts';
import { readChoice, writeChoice } from '../choice-cookies.ts';

const isLanguage = (tag: string | null | undefined): tag is Language =>
  languages.some((known) => known === tag);

/** Picks the language from what was chosen before and what the browser prefers, in its order. */
export function pickLanguage(chosen: string | null, preferred: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  return preferred.map((tag) => tag.toLowerCase().split('-')[0]).find(isLanguage) ?? 'en';
}

/** The language to begin with: the one the page is written in, or in a page nobody wrote the one to be written in. */
export function firstLanguage(): Language {
  const written = document.documentElement.lang;
  if (isLanguage(written)) return written;
  return pickLanguage(readChoice(choiceCookies.language), navigator.languages);
}

/** Remembers the language the person chose. */
export function rememberLanguage(language: Language): void {
  writeChoice(choiceCookies.language, language);
}
