/** Hands the messages of the chosen language to whoever shows words, and keeps `<html lang>` true. */
import { createContext, use, useLayoutEffect, useMemo, useState, type ReactNode } from 'react';
import type { Language } from '../../shared/pages.ts';
import { en, type Messages } from './en.ts';
import { ko } from './ko.ts';
import { rememberLanguage } from './language.ts';

export type Catalogue = Record<Language, Messages>;

/** All our words. */
export const catalogue: Catalogue = { en, ko };

type Words = { language: Language; m: Messages; setLanguage: (language: Language) => void };

const WordsContext = createContext<Words | null>(null);

/** Gives everything inside it the messages. Both languages are in the first download: together they weigh less than a second round trip. */
export function MessagesProvider({
  first,
  words,
  children,
}: {
  first: Language;
  words: Catalogue;
  children: ReactNode;
}) {
  const [language, choose] = useState(first);
  useLayoutEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo(
    () => ({
      language,
      m: words[language],
      setLanguage: (next: Language) => {
        rememberLanguage(next);
        choose(next);
      },
    }),
    [language, words],
  );
  return <WordsContext value={value}>{children}</WordsContext>;
}

/** The messages, the language they are in, and the way to change it. */
export function useMessages(): Words {
  const words = use(WordsContext);
  if (!words) throw new Error('useMessages is called outside MessagesProvider.');
  return words;
}
