/** The theme a person chose for this browser. The BFF writes it into the page, so that it is there before first paint. */
import { choiceCookies, chosenThemes } from '../../../shared/pages.ts';
import { readChoice, writeChoice } from '../../choice-cookies.ts';

/** `system` follows the device. */
export const themes = ['system', ...chosenThemes] as const;
export type Theme = (typeof themes)[number];

/** The theme chosen before, else the system's. */
export function readTheme(): Theme {
  // The build, which writes pages for everybody, has no document.
  const chosen = typeof document === 'undefined' ? null : readChoice(choiceCookies.theme);
  return chosenThemes.find((theme) => theme === chosen) ?? 'system';
}

/** Applies a theme and remembers it. */
export function chooseTheme(theme: Theme): void {
  writeChoice(choiceCookies.theme, theme === 'system' ? null : theme);
  applyTheme();
}

/**
 * Gives the page the chosen theme, and the browser's own bars the page's colour; the page alone can only name the
 * system's. A page that the back button brings back may have been written before the choice.
 */
export function applyTheme(): void {
  const theme = readTheme();
  document.documentElement.dataset.theme = theme === 'system' ? '' : theme;
  const chosen = theme === 'system' ? null : getComputedStyle(document.body).backgroundColor;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.dataset.system ??= meta.content;
    meta.content = chosen ?? meta.dataset.system;
  }
}
