/**
 * Keeps the guild count in the query cache as fresh as the bot says it, and tells how good the connection is. Opens
 * nothing itself: joins the browser's one stream, and leaves it while the page is frozen or kept for the back button.
 */
import type { QueryClient } from '@tanstack/react-query';
import type { GuildCountAnswer } from '../../../shared/http.ts';
import { openEventStream, readEnvelope } from '../../api.ts';
import { guildCountQuery } from './guild-count-query.ts';
import { joinSharedStream, type SharedStream, type StreamState } from './shared-stream.ts';

/** `polling`: this browser has no way to share a stream, so the count is asked for now and then. */
export type Connection = 'connecting' | 'live' | 'lost' | 'polling';

/** How long a dropped stream goes unmentioned; most are back before. */
const graceMs = 3000;

let connection: Connection = 'connecting';
let heardBody: string | null = null;
let grace: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function setConnection(next: Connection): void {
  clearTimeout(grace);
  grace = undefined;
  if (next === connection) return;
  connection = next;
  for (const listener of listeners) listener();
}

function hear(queryClient: QueryClient, state: StreamState): void {
  if (state.connected) setConnection('live');
  else grace ??= setTimeout(() => setConnection('lost'), graceMs);

  // The same body comes again when only the connection changed; by now the cache may hold something newer.
  if (state.body === null || state.body === heardBody) return;
  heardBody = state.body;
  const envelope = readEnvelope<GuildCountAnswer>(state.body);
  if (envelope && 'data' in envelope) {
    // An answer still on its way is older than this one.
    void queryClient.cancelQueries({ queryKey: guildCountQuery.queryKey });
    queryClient.setQueryData(guildCountQuery.queryKey, envelope.data);
  } else {
    void queryClient.invalidateQueries({ queryKey: guildCountQuery.queryKey });
  }
}

let stream: SharedStream | null = null;

/** Opens the browser's stream anew, if this tab is the one that holds it: after a sign-in it has to carry another session. */
export function reopenStream(): void {
  stream?.reopen();
}

function pause(): void {
  stream?.leave();
  stream = null;
}

/**
 * Starts keeping the count live, for as long as the page lives. The stream that brings it also tells when the session it
 * was opened with has ended.
 */
export function followGuildCount(queryClient: QueryClient, onSessionEnded: () => void): void {
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') {
    setConnection('polling');
    return;
  }
  const join = () => {
    stream ??= joinSharedStream(navigator.locks, openEventStream, {
      onState: (state) => hear(queryClient, state),
      onSessionEnded,
    });
  };
  const resume = () => {
    if (stream) return;
    join();
    void queryClient.invalidateQueries({ queryKey: guildCountQuery.queryKey });
  };
  join();
  addEventListener('pagehide', pause);
  addEventListener('pageshow', resume);
  document.addEventListener('freeze', pause);
  document.addEventListener('resume', resume);
}

/** The connection now, for `useSyncExternalStore`. */
export function readConnection(): Connection {
  return connection;
}

/** Calls `listener` on every change of the connection, for `useSyncExternalStore`. */
export function followConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
