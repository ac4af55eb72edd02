/**
 * Stands in front of every call that leaves the BFF, so that no crowd at our door becomes a crowd at somebody else's:
 * `Retry-After` holds for everybody it is meant for, a route carries so many calls at once, and refused calls have a
 * budget far below the one at which Discord shuts an address out, its bot included: 10,000 answers of 401, 403 or 429 in
 * ten minutes. https://docs.discord.com/developers/topics/rate-limits
 */

/** How many calls one route carries at once; a provider that hangs costs no more sockets than this. */
const maxConcurrent = 64;
/** How many may wait for a place. Whoever comes later is told at once. */
const maxWaiting = 256;
/** How many refused calls we allow ourselves in {@link budgetWindowMs}: a twentieth of Discord's limit. */
const maxRefused = 500;
const budgetWindowMs = 600_000; // 10 minutes
const budgetSlices = 10;
/** How long a route rests when it is told to slow down without a time. */
const defaultPauseMs = 1_000;
/** The longest pause that is believed; a provider that asks for more is asked again after it. */
const longestPauseMs = 3_600_000; // 1 hour
/** Pauses of single people that are remembered; those of routes are as few as the routes. */
const maxPersonPauses = 10_000;

/** A call about to leave. `person` names whose token it carries, if anybody's. */
export type Call = { origin: string; route: string; person: string | undefined };

/** Why a call may not leave now, and for how long. */
export type HeldBack = { reason: string; retryAfterMs: number };

/** What one person's calls on a route are paused under. */
function personKey({ route, person }: Call): string {
  return `${route} ${person}`;
}

/** Makes the gate. Its clock is monotonic, so that a clock set back blocks nothing. */
export function createOutboundGate(now: () => number = () => performance.now()) {
  const pausedUntil = new Map<string, number>();
  const personPausedUntil = new Map<string, number>();
  const running = new Map<string, number>();
  const waiting = new Map<string, Set<() => void>>();
  const refused = new Map<number, number>();

  function pauseOf(pauses: Map<string, number>, key: string): number {
    const leftMs = (pauses.get(key) ?? 0) - now();
    if (leftMs <= 0) pauses.delete(key);
    return Math.max(0, leftMs);
  }

  function pause(pauses: Map<string, number>, key: string, ms: number): void {
    pauses.set(key, Math.max(pauses.get(key) ?? 0, now() + ms));
  }

  /** Makes room for one more person's pause: those that are over go, and else the oldest. */
  function boundPersonPauses(): void {
    if (personPausedUntil.size < maxPersonPauses) return;
    for (const [key, until] of personPausedUntil) if (until <= now()) personPausedUntil.delete(key);
    const oldest = personPausedUntil.keys().next().value;
    if (personPausedUntil.size >= maxPersonPauses && oldest !== undefined)
      personPausedUntil.delete(oldest);
  }

  const sliceNow = (): number => Math.floor(now() / (budgetWindowMs / budgetSlices));

  function refusedLately(): number {
    const oldest = sliceNow() - budgetSlices;
    let sum = 0;
    for (const [slice, count] of refused) {
      if (slice <= oldest) refused.delete(slice);
      else sum += count;
    }
    return sum;
  }

  return {
    /** Tells whether a call must stay here; undefined when it may go. */
    heldBack(call: Call): HeldBack | undefined {
      const pauseMs = Math.max(
        pauseOf(pausedUntil, call.origin),
        pauseOf(pausedUntil, call.route),
        pauseOf(personPausedUntil, personKey(call)),
      );
      if (pauseMs > 0) return { reason: `${call.route} asked us to wait`, retryAfterMs: pauseMs };
      if (refusedLately() >= maxRefused)
        return {
          reason: `${maxRefused} calls were refused within ten minutes`,
          retryAfterMs: budgetWindowMs / budgetSlices,
        };
      return undefined;
    },

    /**
     * Waits for a place on the call's route. Gives the function that gives it back, or undefined when none came free
     * within `timeoutMs`.
     */
    async enter({ route }: Call, timeoutMs: number): Promise<(() => void) | undefined> {
      function leave(): void {
        const next = waiting.get(route)?.values().next().value;
        const others = (running.get(route) ?? 1) - 1;
        if (next !== undefined) next();
        else if (others > 0) running.set(route, others);
        else running.delete(route);
      }
      if ((running.get(route) ?? 0) < maxConcurrent) {
        running.set(route, (running.get(route) ?? 0) + 1);
        return leave;
      }
      const line = waiting.get(route) ?? new Set();
      waiting.set(route, line);
      if (line.size >= maxWaiting) return undefined;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const take = (): void => {
        line.delete(take);
        resolve(true);
      };
      line.add(take);
      const impatience = setTimeout(() => {
        line.delete(take);
        resolve(false);
      }, timeoutMs);
      const isOurTurn = await promise;
      clearTimeout(impatience);
      return isOurTurn ? leave : undefined;
    },

    /** Takes note of an answer's status and headers. */
    answered(call: Call, status: number, headers: Headers): void {
      const scope = headers.get('x-ratelimit-scope');
      const retryAfterMs = retryAfterOf(headers);
      if (status === 429 || (status === 503 && retryAfterMs !== undefined)) {
        const pauseMs = Math.min(retryAfterMs ?? defaultPauseMs, longestPauseMs);
        if (scope === 'global' || headers.get('x-ratelimit-global') === 'true')
          pause(pausedUntil, call.origin, pauseMs);
        else if (scope === 'user' && call.person !== undefined) {
          boundPersonPauses();
          pause(personPausedUntil, personKey(call), pauseMs);
        } else pause(pausedUntil, call.route, pauseMs);
      }
      // A shared limit is nobody's fault, and Discord does not count it.
      if (status === 401 || status === 403 || (status === 429 && scope !== 'shared'))
        refused.set(sliceNow(), (refused.get(sliceNow()) ?? 0) + 1);
    },
  };
}

/** `Retry-After` in milliseconds: seconds, or a date. RFC 9110 §10.2.3 */
export function retryAfterOf(headers: Headers): number | undefined {
  const text = headers.get('retry-after') ?? '';
  const ms = text.endsWith('GMT')
    ? Date.parse(text) - Date.now()
    : Number(text || Number.NaN) * 1000;
  return Number.isFinite(ms) && ms >= 0 ? Math.min(Math.ceil(ms), longestPauseMs) : undefined;
}
