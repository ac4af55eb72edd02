/**
 * Which pages there are, and what the BFF writes into one for its script. The closed list: the router and the links of
 * the SPA, the 404 of the BFF and the `next` of a login all follow it.
 */
import type { BotAnswer, GuildCountAnswer } from './http.ts';

/** Each page's address. */
export const paths = {
  dashboard: '/discord/dashboard',
  guilds: '/discord/guilds',
  account: '/account',
  privacy: '/privacy',
} as const;

/** The pages by name; `not_found` stands at every other address. */
export type PageName = keyof typeof paths;

/** Addresses people may still have, and the page that answers there now. */
const formerPaths: Readonly<Record<string, PageName>> = {
  '/': 'dashboard',
  '/discord/account': 'account',
};

const pagesByPath = new Map<string, PageName>([
  ...Object.entries(paths).map(([page, path]): [string, PageName] => [path, page as PageName]),
  ...Object.entries(formerPaths),
]);

/**
 * The page at a path, or undefined where there is none. Reads a path as the SPA's router does: percent-encoded or not,
 * in any case, with or without one slash at the end.
 */
export function pageAt(pathname: string): PageName | undefined {
  try {
    const plain = decodeURI(pathname).toLowerCase();
    return pagesByPath.get(withoutEndSlash(plain));
  } catch {
    return undefined; // not percent-encoded text
  }
}

function withoutEndSlash(path: string): string {
  return path.replace(/([^/])\/$/, '$1');
}

/** Tells whether a path is a page's address to the letter, but for one slash at its end: what we send people to. */
export function isPage(pathname: string): boolean {
  return pagesByPath.has(withoutEndSlash(pathname));
}

/** The languages there are pages in, the one for everybody else first. */
export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

/** The themes a person can choose instead of the system's. */
export const chosenThemes = ['light', 'dark'] as const;

/** Cookies in which a browser keeps what its person chose, for the BFF to write pages by. No id, no secret. */
export const choiceCookies = { language: 'guildhall-language', theme: 'guildhall-theme' } as const;

/** Whose dashboard this is. A null name: the bot's own. */
export type Site = {
  name: string | null;
  support_url: string | null;
  privacy_url: string | null;
  terms_url: string | null;
};

/** The `<meta>` with this name carries a {@link PageData} as JSON in every page. */
export const pageDataName = 'guildhall:page';

/** What a page knows before it asks. Null: not known. A page that does not show the count has no `guild_count`. */
export type PageData = {
  site: Site;
  retention: Retention;
  /** Adds the bot to a server of one's choice. Null: the bot has to be asked. */
  invite_url: string | null;
  bot: BotAnswer | null;
  guild_count?: GuildCountAnswer | null;
};

// Control characters, and those that turn the direction of all that follows them.
// eslint-disable-next-line no-control-regex
const unseen = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The name over every page: the owner's choice, else the bot's, else (the bot was never seen) `otherwise`. */
export function siteName(
  site: Pick<Site, 'name'>,
  bot: { username: string } | null | undefined,
  otherwise: string,
): string {
  return (site.name ?? bot?.username ?? '').replaceAll(unseen, '').trim() || otherwise;
}

/** What stands in the window's title: the page, and whose dashboard it is. */
export function windowTitle(title: string, siteName: string): string {
  return title === siteName ? title : `${title} · ${siteName}`;
}

/** How long what is stored lasts, in seconds, as the owner set it. */
export type Retention = { login: number; session_idle: number; session_max: number };

const spans = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A span in words of the language, in the largest unit that it is a whole number of: "30 days", "36시간". */
export function formatSpan(language: Language, seconds: number): string {
  const [unit, length] = spans.find(([, length]) => seconds % length === 0) ?? ['second', 1];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(
    seconds / length,
  );
}
