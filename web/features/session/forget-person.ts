import type { QueryClient } from '@tanstack/react-query';
import { personKey } from '../../person-key.ts';
import { sessionQuery } from './session-query.ts';

/** Drops what this tab knows about the person, answers still on their way included, and shows it as signed out. */
export function forgetPerson(queryClient: QueryClient): void {
  void queryClient.cancelQueries({ queryKey: [personKey] });
  void queryClient.cancelQueries({ queryKey: sessionQuery.queryKey });
  queryClient.removeQueries({ queryKey: [personKey] });
  queryClient.setQueryData(sessionQuery.queryKey, { user: null });
}
