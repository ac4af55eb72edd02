import type { ClientNetwork } from './client-address.ts';

/** How much more an IPv6 customer's whole network may have than one link of it: an office has several, an attacker 65,536. */
export const wideFactor = 4;

/** Counts the places that client networks take of something, of which each may have `perNetwork`. */
export function createNetworkPlaces(perNetwork: number) {
  const taken = new Map<string, number>();

  function change(network: string | null, by: 1 | -1): void {
    if (network === null) return;
    const left = (taken.get(network) ?? 0) + by;
    if (left === 0) taken.delete(network);
    else taken.set(network, left);
  }

  return {
    take({ narrow, wide }: ClientNetwork): void {
      change(narrow, 1);
      change(wide, 1);
    },

    leave({ narrow, wide }: ClientNetwork): void {
      change(narrow, -1);
      change(wide, -1);
    },

    /** Which of a client's networks has no place left; undefined when there is one. */
    fullOf({ narrow, wide }: ClientNetwork): string | undefined {
      if ((taken.get(narrow) ?? 0) >= perNetwork) return narrow;
      if (wide !== null && (taken.get(wide) ?? 0) >= perNetwork * wideFactor) return wide;
      return undefined;
    },
  };
}
