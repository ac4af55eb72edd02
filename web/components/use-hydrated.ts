import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** False for the render that takes over a page the BFF wrote, which knows nothing of this visit; true from then on. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
