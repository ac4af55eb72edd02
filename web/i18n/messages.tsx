/** Hands the messages of the chosen language to whoever shows words, and keeps `<html lang>` true. */
import { createContext, use, useLayoutEffect, useMemo, useState, type ReactNode } from 'react';
import { en, type Messages } from './en.ts';
import { ko } from './ko.ts';
import { firstLanguage, rememberLanguage, type Language } from './language.ts';

const catalogue: Record<Language, Messages> = { en, ko };

type Words = { language: Language; m: Messages; setLanguage: (language: Language) => void };

const WordsContext = createContext<Words | null>(null);

/** Gives everything inside it the messages. Both languages are in the first download: together they weigh less than a second round trip. */
export function MessagesProvider({ children }: { children: ReactNode }) {
  const [language, choose] = useState(firstLanguage);
  useLayoutEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const words = useMemo(
    () => ({
      language,
      m: catalogue[language],
      setLanguage: (next: Language) => {
        rememberLanguage(next);
        choose(next);
      },
    }),
    [language],
  );
  return <WordsContext value={words}>{children}</WordsContext>;
}

/** The messages, the language they are in, and the way to change it. */
export function useMessages(): Words {
  const words = use(WordsContext);
  if (!words) throw new Error('useMessages is called outside MessagesProvider.');
  return words;
}
