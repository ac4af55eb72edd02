/**
 * One stream of guild counts for a whole browser, however many tabs are open: HTTP/1.1 gives a host six connections, so
 * a stream a tab would leave the seventh tab, and every request of the others, waiting for ever. The tab that holds the
 * lock leads: it opens the stream and passes on what it hears. When it goes away the lock goes to the next.
 * Knows nothing of what a body says, nor of the page.
 */

import { openTabChannel } from '../../tab-channel.ts';

/** What the tabs tell each other: whether the stream is open, and the body of its last event. */
export type StreamState = { connected: boolean; body: string | null };

type OpenStream = (on: {
  onOpen: () => void;
  onBody: (body: string) => void;
  onEnd: () => void;
}) => () => void;

const name = 'guildhall:guild-count';
const longestWaitMs = 15_000;

/** Milliseconds before a stream that ended is opened again: 1 s, doubling to 15 s, spread so that browsers do not return all at once. */
export function backoffMs(failures: number, random = Math.random()): number {
  return Math.min(longestWaitMs, 1000 * 2 ** failures) * (0.75 + random / 2);
}

/** Takes part in the shared stream until the returned function is called. `onState` hears every change, whoever leads. */
export function joinSharedStream(
  locks: LockManager,
  openStream: OpenStream,
  onState: (state: StreamState) => void,
): () => void {
  const leaving = new AbortController();
  /** What this tab says while it leads; null while another one does. */
  let led: StreamState | null = null;

  const channel = openTabChannel<StreamState | 'ask'>(name, (message) => {
    if (message !== 'ask') onState(message);
    else if (led) channel.post(led);
  });
  channel.post('ask');

  const tell = (change: Partial<StreamState>) => {
    led = { connected: false, body: null, ...led, ...change };
    channel.post(led);
    onState(led);
  };

  const lead = () =>
    new Promise<void>((resolve) => {
      let failures = 0;
      let close: (() => void) | undefined;
      let reconnect: ReturnType<typeof setTimeout> | undefined;
      const connect = () => {
        close = openStream({
          onOpen: () => tell({ connected: true }),
          onBody: (body) => {
            failures = 0;
            tell({ connected: true, body });
          },
          onEnd: () => {
            tell({ connected: false });
            reconnect = setTimeout(connect, backoffMs(failures));
            failures += 1;
          },
        });
      };
      leaving.signal.addEventListener('abort', () => {
        clearTimeout(reconnect);
        close?.();
        resolve();
      });
      connect();
    });

  locks.request(name, { signal: leaving.signal }, lead).catch((error: unknown) => {
    if (!leaving.signal.aborted) throw error;
  });

  return () => {
    leaving.abort();
    channel.close();
  };
}
