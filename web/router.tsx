/** Which page stands at which address. Only the dashboard is in the first download. */
import type { QueryClient } from '@tanstack/react-query';
import { createBrowserRouter, Navigate } from 'react-router-dom';
import { BrokenLayout } from './broken-layout.tsx';
import { guildsQuery } from './features/guilds/guilds-query.ts';
import { sessionQuery } from './features/session/session-query.ts';
import { sessionsQuery } from './features/session/sessions-query.ts';
import { Layout } from './layout.tsx';
import { WaitingLayout } from './waiting-layout.tsx';
import { DashboardPage } from './pages/dashboard-page.tsx';
import { paths } from './paths.ts';

/** Makes the router. A page about the person asks for its answer while its code is still on the way. */
export function createRouter(queryClient: QueryClient) {
  const askAhead = (prefetch: () => Promise<void>) => () => {
    void prefetchForPerson(queryClient, prefetch);
    return null;
  };
  return createBrowserRouter([
    {
      element: <Layout />,
      errorElement: <BrokenLayout />,
      hydrateFallbackElement: <WaitingLayout />,
      children: [
        { path: '/', element: <Navigate to={paths.dashboard} replace /> },
        { path: paths.dashboard, element: <DashboardPage /> },
        {
          path: paths.guilds,
          loader: askAhead(() => queryClient.prefetchQuery(guildsQuery)),
          lazy: { Component: async () => (await import('./pages/guilds-page.tsx')).GuildsPage },
        },
        {
          path: paths.account,
          loader: askAhead(() => queryClient.prefetchQuery(sessionsQuery)),
          lazy: { Component: async () => (await import('./pages/account-page.tsx')).AccountPage },
        },
        // Where the account page used to stand.
        { path: '/discord/account', element: <Navigate to={paths.account} replace /> },
        {
          path: '*',
          lazy: {
            Component: async () => (await import('./pages/not-found-page.tsx')).NotFoundPage,
          },
        },
      ],
    },
  ]);
}

/** Asks only for someone who is signed in: a 401 that can be foreseen is noise in every log it passes. */
async function prefetchForPerson(
  queryClient: QueryClient,
  prefetch: () => Promise<void>,
): Promise<void> {
  await queryClient.prefetchQuery(sessionQuery);
  if (queryClient.getQueryData(sessionQuery.queryKey)?.user) await prefetch();
}
