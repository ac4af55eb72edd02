/** The words of the pages about the signed-in person. They come with the code of those pages, both languages at once. */
import type { Language } from '../../shared/pages.ts';
import { useMessages } from './messages.tsx';
import { personalEn, type PersonalMessages } from './personal-en.ts';
import { personalKo } from './personal-ko.ts';

const catalogue: Record<Language, PersonalMessages> = { en: personalEn, ko: personalKo };

/** The words of these pages, in the language the rest of the page is in. */
export function usePersonalMessages(): PersonalMessages {
  return catalogue[useMessages().language];
}
