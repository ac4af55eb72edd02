/** Wires the SPA together: cache, session, guild count, and the page the BFF wrote, which the script takes over. */
import { createRoot, hydrateRoot } from 'react-dom/client';
import { pageAt, paths } from '../shared/pages.ts';
import './tokens.css';
import './base.css';
import { App } from './app.tsx';
import { applyTheme } from './features/appearance/theme.ts';
import { botQuery } from './features/bot-profile/bot-query.ts';
import { followGuildCount, reopenStream } from './features/guild-count/follow-guild-count.ts';
import { guildCountQuery } from './features/guild-count/guild-count-query.ts';
import { followSession, hearSessionEnded } from './features/session/session-news.ts';
import { firstLanguage } from './i18n/language.ts';
import { readPageData } from './page-data.ts';
import { createQueryClient } from './query-client.ts';
import { createRouter, untilInitialized } from './router.tsx';

// An address of before, or spelled in another way, gives way to the page's own.
const pageName = pageAt(location.pathname);
if (pageName && location.pathname !== paths[pageName])
  history.replaceState(null, '', paths[pageName] + location.search + location.hash);

const page = readPageData();
const queryClient = createQueryClient();
if (page.bot) queryClient.setQueryData(botQuery.queryKey, page.bot);
if (page.guild_count) queryClient.setQueryData(guildCountQuery.queryKey, page.guild_count);
followSession(queryClient, reopenStream);
followGuildCount(queryClient, () => void hearSessionEnded(queryClient));
applyTheme();

// A page the back button brings back, whole or from the browser's cache, may show what is no longer so.
const [navigation] = performance.getEntriesByType('navigation');
if ((navigation as PerformanceNavigationTiming | undefined)?.type === 'back_forward')
  void queryClient.invalidateQueries();
addEventListener('pageshow', (event) => {
  if (event.persisted) void queryClient.invalidateQueries();
});

const root = document.querySelector('#root');
if (!root) throw new Error('index.html has no #root.');
const router = createRouter(queryClient);
const app = (
  <App queryClient={queryClient} router={router} page={page} language={firstLanguage()} />
);
if (root.childElementCount === 0) {
  createRoot(root).render(app);
} else {
  // These words stand in the page whole, and their code comes later; elsewhere the page keeps a place free until then.
  if (pageName === 'privacy') await untilInitialized(router);
  hydrateRoot(root, app);
}
