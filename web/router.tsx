/** Which page stands at which address. Only the dashboard is in the first download. */
import type { QueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { createBrowserRouter, createPath } from 'react-router-dom';
import { paths } from '../shared/pages.ts';
import { BrokenLayout } from './broken-layout.tsx';
import { guildsQuery } from './features/guilds/guilds-query.ts';
import { sessionQuery } from './features/session/session-query.ts';
import { sessionsQuery } from './features/session/sessions-query.ts';
import { Layout } from './layout.tsx';
import { DashboardPage } from './pages/dashboard-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { WaitingLayout } from './waiting-layout.tsx';

type Router = ReturnType<typeof createBrowserRouter>;

/** Makes the router. A page about the person asks for its answer while its code is still on the way. */
export function createRouter(queryClient: QueryClient): Router {
  const askAhead = (prefetch: () => Promise<void>) => () => {
    void prefetchForPerson(queryClient, prefetch);
    return null;
  };

  /** The code of a page that comes when it is opened. */
  const later = (load: () => Promise<ComponentType>) => ({
    Component: async () => {
      try {
        return await load();
      } catch (error) {
        // A tab that was open while a new version was installed asks for code that is gone. Opened anew, the page brings
        // its own; a page that was just opened would only bring the same again.
        const wanted = router.state.navigation.location;
        if (!router.state.initialized || wanted === undefined) throw error;
        location.assign(createPath(wanted));
        return await new Promise<never>(() => {}); // the browser is leaving
      }
    },
  });

  const router: Router = createBrowserRouter([
    {
      element: <Layout />,
      errorElement: <BrokenLayout />,
      hydrateFallbackElement: <WaitingLayout />,
      children: [
        { path: paths.dashboard, element: <DashboardPage /> },
        {
          path: paths.guilds,
          loader: askAhead(() => queryClient.prefetchQuery(guildsQuery)),
          lazy: later(async () => (await import('./pages/guilds-page.tsx')).GuildsPage),
        },
        {
          path: paths.account,
          loader: askAhead(() => queryClient.prefetchQuery(sessionsQuery)),
          lazy: later(async () => (await import('./pages/account-page.tsx')).AccountPage),
        },
        {
          path: paths.privacy,
          lazy: later(async () => (await import('./pages/privacy-page.tsx')).PrivacyPage),
        },
        { path: '*', element: <NotFoundPage /> },
      ],
    },
  ]);
  return router;
}

/** Resolves when the code of the first page is there. */
export async function untilInitialized(router: Router): Promise<void> {
  if (router.state.initialized) return;
  await new Promise<void>((resolve) => {
    const stop = router.subscribe(({ initialized }) => {
      if (!initialized) return;
      stop();
      resolve();
    });
  });
}

/** Asks only for someone who is signed in: a 401 that can be foreseen is noise in every log it passes. */
async function prefetchForPerson(
  queryClient: QueryClient,
  prefetch: () => Promise<void>,
): Promise<void> {
  await queryClient.prefetchQuery(sessionQuery);
  if (queryClient.getQueryData(sessionQuery.queryKey)?.user) await prefetch();
}
