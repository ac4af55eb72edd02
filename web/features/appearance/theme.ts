/** The theme a person chose for this browser. web/public/theme.js applies it again on the next visit, before first paint. */
import { readStored, writeStored } from '../../browser-storage.ts';

/** `system` follows the device. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'guildhall:theme';

/** The theme chosen before, else the system's. */
export function readTheme(): Theme {
  const stored = readStored(storageKey);
  return themes.find((theme) => theme === stored) ?? 'system';
}

/** Applies a theme and remembers it. */
export function chooseTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  writeStored(storageKey, theme === 'system' ? null : theme);
  paintBrowserBars();
}

/** Gives the browser's own bars the page's colour; index.html can only name the system's. */
export function paintBrowserBars(): void {
  const chosen = readTheme() === 'system' ? null : getComputedStyle(document.body).backgroundColor;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.dataset.system ??= meta.content;
    meta.content = chosen ?? meta.dataset.system;
  }
}
