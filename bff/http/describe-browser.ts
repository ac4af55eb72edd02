import { parse } from 'bowser';

const longestUserAgent = 512;

/** A browser in a few words for its owner, in every language: "Firefox · Windows"; null when it does not say. */
export function describeBrowser(userAgent: string): string | null {
  if (userAgent === '') return null;
  const { browser, os } = parse(userAgent.slice(0, longestUserAgent));
  if (browser.name === undefined || browser.name === '') return null;
  return os.name === undefined || os.name === '' ? browser.name : `${browser.name} · ${os.name}`;
}
