/**
 * Keeps what this tab believes of the session true: to what the other tabs of the browser say, to the stream's word that
 * a session has ended, and to any answer of 401. Whatever was said of a session, the person may have signed in anew in
 * another tab since; so all but this tab's own 401 and a sign-out is news to be confirmed, not believed.
 */
import { hashKey, type QueryClient } from '@tanstack/react-query';
import type { SessionAnswer } from '../../../shared/http.ts';
import { personKey } from '../../person-key.ts';
import { openTabChannel, type TabChannel } from '../../tab-channel.ts';
import { setSessionEnd, type SessionEnd } from './session-end.ts';
import { sessionQuery } from './session-query.ts';
import { signOutKey } from './sign-out-key.ts';

type News = { signedIn: string } | { signedOut: SessionEnd } | 'doubted';

/** The id of the person this tab knows of; null: nobody; undefined: not answered yet. */
let known: string | null | undefined;
let channel: TabChannel<News> | null = null;
let onNewSession = () => {};
let confirming: Promise<void> | null = null;
/** Why nobody is signed in was said already, and may have been dismissed: a stream that reconnects does not say it again. */
let explained = false;

/** Starts following the session, once, before anything asks. `whenNew` is called when a session has begun that the page was not opened with. */
export function followSession(queryClient: QueryClient, whenNew: () => void): void {
  onNewSession = whenNew;
  const sessionHash = hashKey(sessionQuery.queryKey);
  queryClient.getQueryCache().subscribe(({ type, query }) => {
    if (type !== 'updated' || query.queryHash !== sessionHash) return;
    const answer = query.state.data as SessionAnswer | undefined;
    if (answer) learn(queryClient, answer.user?.id ?? null);
  });
  if (typeof BroadcastChannel === 'undefined') return;
  channel = openTabChannel('guildhall:session', (news) => {
    if (news === 'doubted') {
      if (known) void confirm(queryClient);
    } else if ('signedOut' in news) leave(queryClient, news.signedOut);
    else if (news.signedIn !== known) void confirm(queryClient);
  });
}

/** Takes in who is signed in, from whatever answer. */
function learn(queryClient: QueryClient, userId: string | null): void {
  const before = known;
  if (userId === before) return;
  known = userId;
  if (before) dropPersonsAnswers(queryClient);
  if (userId !== null) {
    explained = false;
    setSessionEnd(null);
    channel?.post({ signedIn: userId });
    if (before !== undefined) onNewSession();
  } else if (before) explain('ended');
}

function explain(why: SessionEnd): void {
  if (explained) return;
  explained = true;
  setSessionEnd(why);
}

/** Hides the person and asks who is signed in. */
function confirm(queryClient: QueryClient): Promise<void> {
  confirming ??= (async () => {
    const before = known;
    dropPersonsAnswers(queryClient);
    await queryClient.resetQueries({ queryKey: sessionQuery.queryKey });
    // Still the same person: then under a session that the stream has not been opened with.
    if (known && (before === undefined || before === known)) onNewSession();
  })().finally(() => {
    confirming = null;
  });
  return confirming;
}

/** The stream says that the session it was opened with has ended. */
export async function hearSessionEnded(queryClient: QueryClient): Promise<void> {
  // Signing out ends a session too; its own answer is on the way.
  if (queryClient.isMutating({ mutationKey: signOutKey }) > 0) return;
  if (known !== null) await confirm(queryClient);
  if (known === null) explain('ended');
}

/** An answer of 401 to this tab: nobody is signed in. The other tabs see for themselves. */
export function hearNotSignedIn(queryClient: QueryClient): void {
  const wasSignedIn = known;
  showNobody(queryClient);
  if (wasSignedIn) channel?.post('doubted');
}

/** The person signed out here: no tab of this browser goes on showing their data. */
export function announceSignOut(queryClient: QueryClient, signedOut: SessionEnd): void {
  leave(queryClient, signedOut);
  channel?.post({ signedOut });
}

function leave(queryClient: QueryClient, why: SessionEnd): void {
  explained = false; // The person's own word is better than what was guessed before it.
  explain(why);
  showNobody(queryClient);
}

function showNobody(queryClient: QueryClient): void {
  void queryClient.cancelQueries({ queryKey: sessionQuery.queryKey });
  dropPersonsAnswers(queryClient);
  queryClient.setQueryData(sessionQuery.queryKey, { user: null });
}

/** Drops what this tab knows about the person, answers still on their way included. */
function dropPersonsAnswers(queryClient: QueryClient): void {
  void queryClient.cancelQueries({ queryKey: [personKey] });
  queryClient.removeQueries({ queryKey: [personKey] });
}
