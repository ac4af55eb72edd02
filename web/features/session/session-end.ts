/** Why nobody is signed in any more in this tab. Known only while the page lives; null: somebody is, or nobody ever was. */
import { useSyncExternalStore } from 'react';

/** `ended`: not by the person in this browser; from another one, by the owner, or because its time was over. */
export type SessionEnd = 'signed_out' | 'signed_out_everywhere' | 'ended';

let sessionEnd: SessionEnd | null = null;
const listeners = new Set<() => void>();

/** Says why the session is over; null once that is no longer of interest. */
export function setSessionEnd(next: SessionEnd | null): void {
  if (next === sessionEnd) return;
  sessionEnd = next;
  for (const listener of listeners) listener();
}

function follow(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Why nobody is signed in any more. */
export function useSessionEnd(): SessionEnd | null {
  return useSyncExternalStore(
    follow,
    () => sessionEnd,
    () => null,
  );
}
