/** Whose dashboard this is: what its owner set in the environment, and the bot's own name where they set none. */
import { useQuery } from '@tanstack/react-query';
import { paths, siteName } from '../shared/pages.ts';
import { botQuery } from './features/bot-profile/bot-query.ts';
import { useMessages } from './i18n/messages.tsx';
import { usePageData } from './page-data.ts';

/** The name over every page: the owner's choice, else the bot's, else (the bot was never seen) what this is. */
export function useSiteName(): string {
  const { m } = useMessages();
  const { site } = usePageData();
  // Only looks at what is there: whoever shows the bot asks for it.
  const bot = useQuery({ ...botQuery, enabled: false });
  return siteName(site, bot.data, m.title);
}

/** Where the owner answers questions, and what they say of privacy and terms. Null: they set none. */
export function useSiteLinks(): { support: string | null; privacy: string; terms: string | null } {
  const { site } = usePageData();
  return {
    support: site.support_url,
    privacy: site.privacy_url ?? paths.privacy,
    terms: site.terms_url,
  };
}
