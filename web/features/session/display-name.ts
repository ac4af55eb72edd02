import type { SessionUser } from '../../../shared/http.ts';

/** What to call a person: the name they chose to be shown, else their username. */
export function displayName(user: Pick<SessionUser, 'nickname' | 'username'>): string {
  return user.nickname?.trim() || user.username;
}
