/**
 * One stream of events for a whole browser, however many tabs are open: HTTP/1.1 gives a host six connections, so
 * a stream a tab would leave the seventh tab, and every request of the others, waiting for ever. The tab that holds the
 * lock leads: it opens the stream and passes on what it hears. When it goes away the lock goes to the next.
 * Knows nothing of what a body says, nor of the page.
 */

import { openTabChannel } from '../../tab-channel.ts';

/** What the tabs tell each other: whether the stream is open, and the last count it brought. */
export type StreamState = { connected: boolean; body: string | null };

type OpenStream = (on: {
  onOpen: () => void;
  onGuildCount: (body: string) => void;
  onSessionEnded: () => void;
  onEnd: () => void;
}) => () => void;

type Hear = {
  /** Every change of the stream's state, whoever leads. */
  onState: (state: StreamState) => void;
  /** The session the stream was opened with has ended. The person may have signed in anew since. */
  onSessionEnded: () => void;
};

/** A tab's part in the shared stream. */
export type SharedStream = {
  leave: () => void;
  /**
   * Opens the stream anew if this tab leads. The BFF reads the session cookie once, when a stream begins, so one opened
   * before a sign-in knows nothing of the new session.
   */
  reopen: () => void;
};

const name = 'guildhall:guild-count';
const longestWaitMs = 15_000;

/** Milliseconds before a stream that ended is opened again: 1 s, doubling to 15 s, spread so that browsers do not return all at once. */
export function backoffMs(failures: number, random = Math.random()): number {
  return Math.min(longestWaitMs, 1000 * 2 ** failures) * (0.75 + random / 2);
}

/** Takes part in the shared stream until it leaves. */
export function joinSharedStream(
  locks: LockManager,
  openStream: OpenStream,
  { onState, onSessionEnded }: Hear,
): SharedStream {
  const leaving = new AbortController();
  /** What this tab says while it leads; null while another one does. */
  let led: StreamState | null = null;
  let reopen: (() => void) | null = null;

  const channel = openTabChannel<StreamState | 'ask' | 'session-ended'>(name, (message) => {
    if (message === 'session-ended') onSessionEnded();
    else if (message !== 'ask') onState(message);
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
          onGuildCount: (body) => {
            failures = 0;
            tell({ connected: true, body });
          },
          onSessionEnded: () => {
            channel.post('session-ended');
            onSessionEnded();
          },
          onEnd: () => {
            tell({ connected: false });
            reconnect = setTimeout(connect, backoffMs(failures));
            failures += 1;
          },
        });
      };
      const disconnect = () => {
        clearTimeout(reconnect);
        close?.();
      };
      reopen = () => {
        disconnect();
        connect();
      };
      leaving.signal.addEventListener('abort', () => {
        disconnect();
        resolve();
      });
      connect();
    });

  locks.request(name, { signal: leaving.signal }, lead).catch((error: unknown) => {
    if (!leaving.signal.aborted) throw error;
  });

  return {
    leave: () => {
      reopen = null;
      leaving.abort();
      channel.close();
    },
    reopen: () => reopen?.(),
  };
}
