/** Tells the other tabs of this browser that the person signed out, so that none of them goes on showing their data. */
import type { QueryClient } from '@tanstack/react-query';
import { openTabChannel, type TabChannel } from '../../tab-channel.ts';
import { forgetPerson } from './forget-person.ts';

let channel: TabChannel<'signed-out'> | null = null;

/** Forgets the person in this tab as soon as another one signs out. Called once, at the start. */
export function followSignOut(queryClient: QueryClient): void {
  if (typeof BroadcastChannel === 'undefined') return;
  channel = openTabChannel('guildhall:sign-out', () => forgetPerson(queryClient));
}

/** Says to the other tabs that the person signed out. */
export function announceSignOut(): void {
  channel?.post('signed-out');
}
