/** Everything around the pages that they cannot do without; the same when the build writes them and in the browser. */
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { RouterProvider, type RouterProviderProps } from 'react-router-dom';
import type { Language, PageData } from '../shared/pages.ts';
import { type Catalogue, catalogue, MessagesProvider } from './i18n/messages.tsx';
import { PageDataProvider } from './page-data.ts';

export function App({
  queryClient,
  router,
  page,
  language,
  words = catalogue,
}: {
  queryClient: QueryClient;
  router: RouterProviderProps['router'];
  page: PageData;
  /** To begin with. */
  language: Language;
  words?: Catalogue;
}) {
  return (
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <PageDataProvider value={page}>
          <MessagesProvider first={language} words={words}>
            <RouterProvider router={router} />
          </MessagesProvider>
        </PageDataProvider>
      </QueryClientProvider>
    </StrictMode>
  );
}
