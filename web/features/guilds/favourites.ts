/** The servers a person starred, kept in this browser under their id: two people sharing a browser do not mix. */
import { useMemo, useSyncExternalStore } from 'react';
import { readStored, writeStored } from '../../browser-storage.ts';

const keyOf = (userId: string) => `guildhall:favourites:${userId}`;

const listeners = new Set<() => void>();
/** What was starred in this page, for browsers that remember nothing. */
const kept = new Map<string, string>();

function follow(listener: () => void): () => void {
  const fromOtherTab = (event: StorageEvent) => {
    if (event.key) kept.delete(event.key);
    listener();
  };
  listeners.add(listener);
  addEventListener('storage', fromOtherTab);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', fromOtherTab);
  };
}

const read = (key: string) => kept.get(key) ?? readStored(key) ?? '[]';

/** Reads stored favourites; whatever is not a list of ids counts as none. */
export function parseFavourites(stored: string): Set<string> {
  try {
    const ids: unknown = JSON.parse(stored);
    return new Set(Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []);
  } catch {
    return new Set(); // Someone else's value under our key.
  }
}

/** A person's favourites and the way to add or remove one. `userId` null: nobody yet, so none. */
export function useFavourites(userId: string | null) {
  const key = keyOf(userId ?? '');
  const stored = useSyncExternalStore(follow, () => read(key));
  const favourites = useMemo(() => parseFavourites(stored), [stored]);
  const toggle = useMemo(
    () => (guildId: string) => {
      const next = parseFavourites(read(key));
      if (!next.delete(guildId)) next.add(guildId);
      kept.set(key, JSON.stringify([...next]));
      writeStored(key, JSON.stringify([...next]));
      for (const listener of listeners) listener();
    },
    [key],
  );
  return { favourites, toggle };
}
