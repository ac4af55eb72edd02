import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../../api.ts';
import { forgetPerson } from './forget-person.ts';
import { announceSignOut } from './sign-out-news.ts';

const paths = { here: '/api/logout', everywhere: '/api/logout-everywhere' } as const;

/** `POST /api/logout` or `POST /api/logout-everywhere`; afterwards every tab of this browser is signed out. */
export function useSignOut(where: keyof typeof paths) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>('POST', paths[where]),
    onSuccess: () => {
      forgetPerson(queryClient);
      announceSignOut();
    },
  });
}
