import { useSyncExternalStore } from 'react';

function follow(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

/** Whether the browser believes it has a network. */
export function useOnline(): boolean {
  // A page that was just opened came from somewhere.
  return useSyncExternalStore(
    follow,
    () => navigator.onLine,
    () => true,
  );
}
