import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../api.ts';
import { announceSignOut } from './session-news.ts';
import { sessionQuery } from './session-query.ts';
import { signOutKey } from './sign-out-key.ts';

const ways = {
  here: { path: '/api/logout', end: 'signed_out' },
  everywhere: { path: '/api/logout-everywhere', end: 'signed_out_everywhere' },
} as const;

/** `POST /api/logout` or `POST /api/logout-everywhere`; afterwards every tab of this browser is signed out. */
export function useSignOut(where: keyof typeof ways) {
  const queryClient = useQueryClient();
  const { path, end } = ways[where];
  return useMutation({
    mutationKey: signOutKey,
    mutationFn: () => request<void>('POST', path),
    onSuccess: () => announceSignOut(queryClient, end),
    // The answer may have been lost on its way back; whether the session is still there is asked, not guessed.
    onError: () => void queryClient.refetchQueries({ queryKey: sessionQuery.queryKey }),
  });
}
