/**
 * Keeps what a person asked of the list in the address, so that Back, a reload and a copied link show it again. The field
 * itself lives in the page: an input that waits for the router would break a Hangul syllable that is being composed.
 */
import { useCallback, useEffect, useState } from 'react';
import { useLocation } from 'react-router-dom';
import { filters, sorts, type Wanted } from './guild-selection.ts';

/** What is asked of the list, and whether the servers nothing can be done about are unfolded. */
export type ListState = Wanted & { unfolded: boolean };

/** The names in the address. What is as it always is does not stand there. */
const names = { search: 'q', filter: 'show', sort: 'sort', unfolded: 'others' } as const;

/** Reads the query of an address; what no one here wrote counts as not said. */
export function readListState(query: string): ListState {
  const given = new URLSearchParams(query);
  const filter = given.get(names.filter);
  const sort = given.get(names.sort);
  return {
    search: given.get(names.search) ?? '',
    filter: filters.find((known) => known === filter) ?? 'all',
    sort: sorts.find((known) => known === sort) ?? 'name',
    unfolded: given.get(names.unfolded) === 'open',
  };
}

/** Writes it into the query of an address, whose other parts stay. Empty, or begins with "?". */
export function writeListState(query: string, state: ListState): string {
  const next = new URLSearchParams(query);
  const put = (name: string, value: string, usual: string) =>
    value === usual ? next.delete(name) : next.set(name, value);
  put(names.search, state.search, '');
  put(names.filter, state.filter, 'all');
  put(names.sort, state.sort, 'name');
  put(names.unfolded, state.unfolded ? 'open' : '', '');
  return next.size === 0 ? '' : `?${next.toString()}`;
}

/** The state of the list and the way to change a part of it. Follows the address when it changes by a link or by Back. */
export function useListAddress(): [ListState, (change: Partial<ListState>) => void] {
  const { key } = useLocation();
  const [state, setState] = useState(() => readListState(location.search));
  const [keyRead, setKeyRead] = useState(key);
  if (key !== keyRead) {
    setKeyRead(key);
    setState(readListState(location.search));
  }
  useAddressWriter(state);
  const change = useCallback(
    (part: Partial<ListState>) => setState((before) => ({ ...before, ...part })),
    [],
  );
  return [state, change];
}

/** Safari refuses more than a hundred writes in thirty seconds, and throws; a held key is faster than that. */
const mostWrites = 80;
const inMs = 30_000;

/** When the address was last written, oldest first. */
const writes: number[] = [];

/** Milliseconds until the address may be written again. */
function pauseMs(now: number): number {
  while (writes[0] !== undefined && writes[0] <= now - inMs) writes.shift();
  return writes.length < mostWrites ? 0 : (writes[0] ?? now) + inMs - now;
}

/** Writes the state into the address with every letter: a reload in the middle of a word finds it there. */
function useAddressWriter(state: ListState): void {
  useEffect(() => {
    const write = () => {
      const query = writeListState(location.search, state);
      if (query === location.search) return;
      writes.push(Date.now());
      // Past the router, whose pages would ask for their data anew at every letter; its own state in the entry is left.
      history.replaceState(history.state, '', location.pathname + query + location.hash);
    };
    const wait = pauseMs(Date.now());
    if (wait === 0) {
      write();
      return;
    }
    const timer = setTimeout(write, wait);
    return () => clearTimeout(timer);
  }, [state]);
}
