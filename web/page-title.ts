import type { PageName } from '../shared/pages.ts';
import type { Messages } from './i18n/en.ts';

/** The heading of each page, and of the one for every other address. */
export function pageTitle(page: PageName | 'not_found', m: Messages): string {
  const titles = {
    dashboard: m.title,
    guilds: m.titles.guilds,
    account: m.titles.account,
    privacy: m.privacy.title,
    not_found: m.problems.not_found.title,
  } satisfies Record<PageName | 'not_found', string>;
  return titles[page];
}
