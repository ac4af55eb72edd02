import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError, request } from '../../api.ts';
import { sessionsQuery } from './sessions-query.ts';

/** `DELETE /api/sessions/:id`: signs one other browser out. One that is already gone counts as done. */
export function useEndSession() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      try {
        await request<void>('DELETE', `/api/sessions/${encodeURIComponent(id)}`);
      } catch (error) {
        if (!(error instanceof ApiError && error.code === 'not_found')) throw error;
      }
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
}
