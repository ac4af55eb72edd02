/**
 * What a person chose for this browser and the BFF should know before it writes a page: language and theme. A cookie and
 * not storage, so that the first paint is right without a script in its way.
 */

const oneYearSeconds = 31_536_000;

/** Reads a choice, or null. */
export function readChoice(name: string): string | null {
  const pairs = document.cookie.split('; ').map((pair) => pair.split('='));
  return pairs.find(([key]) => key === name)?.[1] ?? null;
}

/** Remembers a choice for a year; `null` forgets it. */
export function writeChoice(name: string, value: string | null): void {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  const age = value === null ? 0 : oneYearSeconds;
  // oxlint-disable-next-line unicorn/no-document-cookie -- the Cookie Store API is not in every browser yet
  document.cookie = `${name}=${value ?? ''}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
}
