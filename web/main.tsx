/** Wires the SPA together: cache, session, live count, messages, router. */
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router-dom';
import './tokens.css';
import './base.css';
import { paintBrowserBars } from './features/appearance/theme.ts';
import { reopenStream, startLiveCount } from './features/live-count/live-count.ts';
import { followSession, hearSessionEnded } from './features/session/session-news.ts';
import { MessagesProvider } from './i18n/messages.tsx';
import { createQueryClient } from './query-client.ts';
import { createRouter } from './router.tsx';

const queryClient = createQueryClient();
followSession(queryClient, reopenStream);
startLiveCount(queryClient, () => void hearSessionEnded(queryClient));
paintBrowserBars();

// A page the back button brings back as it was left may show someone who has signed out since.
addEventListener('pageshow', (event) => {
  if (event.persisted) void queryClient.invalidateQueries();
});

const root = document.querySelector('#root');
if (!root) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <MessagesProvider>
        <RouterProvider router={createRouter(queryClient)} />
      </MessagesProvider>
    </QueryClientProvider>
  </StrictMode>,
);
