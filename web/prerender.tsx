/**
 * Writes the pages at build time, with places (`{{name}}`) for what is known only when one is sent. The BFF fills them in;
 * in the browser the same components take the page over. Runs in the build, never in a browser.
 */
import type { ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { createMemoryRouter } from 'react-router-dom';
import {
  formatSpan,
  type Language,
  type PageData,
  type PageName,
  paths,
  type Retention,
} from '../shared/pages.ts';
import { App } from './app.tsx';
import { botQuery } from './features/bot-profile/bot-query.ts';
import { guildCountQuery } from './features/guild-count/guild-count-query.ts';
import type { Messages } from './i18n/en.ts';
import { type Catalogue, catalogue } from './i18n/messages.tsx';
import { Layout } from './layout.tsx';
import { pageTitle } from './page-title.ts';
import { DashboardPage } from './pages/dashboard-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { PrivacyPage } from './pages/privacy-page.tsx';
import { createQueryClient } from './query-client.ts';
import { WaitingLayout } from './waiting-layout.tsx';

type WrittenName = PageName | 'not_found';

/** A page as far as the build can write it. `unknownBot`: the same while the bot was never seen. */
type WrittenPage = { title: string; body: string; unknownBot: string };

const pages: Record<WrittenName, ReactNode> = {
  dashboard: (
    <Layout>
      <DashboardPage />
    </Layout>
  ),
  guilds: <WaitingLayout />,
  account: <WaitingLayout />,
  privacy: (
    <Layout>
      <PrivacyPage />
    </Layout>
  ),
  not_found: (
    <Layout>
      <NotFoundPage />
    </Layout>
  ),
};

/** Spans nobody would set, so that their words can be found again. */
const retention: Retention = { login: 1_000_003, session_idle: 1_000_033, session_max: 1_000_037 };

const site = {
  name: '{{name}}',
  support_url: '{{support}}',
  privacy_url: '{{privacy}}',
  terms_url: '{{terms}}',
};

const bot = { id: '0', username: '{{bot}}', avatar_url: '{{picture}}', invite_url: '{{invite}}' };

/** Of a bot of which everything is noted that can be. */
const guildCount = {
  guild_count: 0,
  unavailable: 1,
  shards: { ready: 2, total: 2 },
  as_of: new Date(0).toISOString(),
  stale: false,
};

/** Our words, with places where a count or an age would be. */
const placed = (m: Messages): Messages => ({
  ...m,
  countSentence: () => ({ before: '{{before}}', count: '{{figure}}', after: '{{after}}' }),
  fresh: { ...m.fresh, connecting: () => '{{age}}' },
  shards: () => '{{shards}}',
  unavailable: () => '{{unavailable}}',
});
const words: Catalogue = { en: placed(catalogue.en), ko: placed(catalogue.ko) };

/** All pages in a language. */
export function writePages(language: Language): Record<WrittenName, WrittenPage> {
  const written = Object.keys(pages).map((page) => [
    page,
    writePage(page as WrittenName, language),
  ]);
  return Object.fromEntries(written) as Record<WrittenName, WrittenPage>;
}

function writePage(page: WrittenName, language: Language): WrittenPage {
  const about = { site, retention, invite_url: '{{invite}}' };
  const known = render(page, language, { ...about, bot, guild_count: guildCount });
  return {
    title: pageTitle(page, catalogue[language]),
    body: page === 'dashboard' ? withPlaces(known, countPlaces) : known,
    unknownBot: render(page, language, { ...about, bot: null, guild_count: null }),
  };
}

/** What stands in an attribute is not words, so its places are put in afterwards. */
const countPlaces = {
  'data-characters="10"': 'data-characters="{{characters}}"',
  'data-stale="false"': 'data-stale="{{stale}}"',
  'data-freshness="connecting"': 'data-freshness="{{freshness}}"',
};

function render(page: WrittenName, language: Language, data: PageData): string {
  const queryClient = createQueryClient();
  if (data.bot) queryClient.setQueryData(botQuery.queryKey, data.bot);
  if (data.guild_count) queryClient.setQueryData(guildCountQuery.queryKey, data.guild_count);
  const router = createMemoryRouter([{ path: '*', element: pages[page] }], {
    initialEntries: [page === 'not_found' ? '/' : paths[page]],
  });
  const html = renderToString(
    <App queryClient={queryClient} router={router} page={data} language={language} words={words} />,
  );
  router.dispose();
  queryClient.clear();
  if (page !== 'privacy') return html;
  return withPlaces(html, {
    [formatSpan(language, retention.login)]: '{{login}}',
    [formatSpan(language, retention.session_idle)]: '{{sessionIdle}}',
    [formatSpan(language, retention.session_max)]: '{{sessionMax}}',
  });
}

/** Puts places where samples stand. @throws when one does not stand there exactly once. */
function withPlaces(html: string, places: Record<string, string>): string {
  return Object.entries(places).reduce((written, [sample, place]) => {
    const [before, after, ...more] = written.split(sample);
    if (before === undefined || after === undefined || more.length > 0)
      throw new Error(`"${sample}" should stand in the page exactly once.`);
    return before + place + after;
  }, html);
}

/** Words the BFF needs to fill in the places, one set a language. */
export function writeWords(language: Language) {
  const m = catalogue[language];
  return {
    title: m.title,
    description: m.description,
    justNow: m.justNow,
    ages: {
      connecting: m.fresh.connecting('{{when}}'),
      away: m.fresh.away('{{when}}'),
      behind: m.fresh.behind('{{when}}'),
    },
    /** The words around the figure. */
    sentences: byCategory(language, (count) => {
      const { before, after } = m.countSentence(count);
      return { before, after };
    }),
    shards: withPlaces(m.shards(readyShards, allShards), {
      [number(language, readyShards)]: '{{ready}}',
      [number(language, allShards)]: '{{total}}',
    }),
    unavailable: byCategory(language, (count) =>
      withPlaces(m.unavailable(count), { [number(language, count)]: '{{count}}' }),
    ),
  };
}

/** Samples that differ, of a bot with several shards. */
const [readyShards, allShards] = [1_111, 2_222];

const number = (language: Language, value: number) => new Intl.NumberFormat(language).format(value);

/** Says something once for each of a language's plural categories (CLDR). */
function byCategory<T>(language: Language, say: (count: number) => T): Record<string, T> {
  const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  return Object.fromEntries(
    categories.map((category) => [category, say(sampleOf(language, category))]),
  );
}

/** A count of this plural category. */
function sampleOf(language: Language, category: Intl.LDMLPluralRule): number {
  const rules = new Intl.PluralRules(language);
  for (let count = 0; count < 1_000; count += 1) if (rules.select(count) === category) return count;
  return 0.5; // a category for fractions, which no count is
}
