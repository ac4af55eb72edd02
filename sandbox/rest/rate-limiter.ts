/** Counts requests and says when there were too many. https://docs.discord.com/developers/topics/rate-limits */
import { createHash } from 'node:crypto';
import { json, type Answer } from '../http/answer.ts';

/** So many requests in so long. */
export type Limit = { requests: number; windowMs: number };

/** For routes that name none: enough for any program that is not running wild. */
export const defaultLimit: Limit = { requests: 100, windowMs: 5_000 };

/** What one bot may ask for altogether. */
const globalLimit: Limit = { requests: 50, windowMs: 1_000 };

type Window = { used: number; resetAtMs: number };

/** `headers` go on whatever is answered; `refusal` is the answer when there were too many requests. */
export type Verdict = { headers: Record<string, string>; refusal: Answer | null };

export class RateLimiter {
  readonly #windows = new Map<string, Window>();

  clear(): void {
    this.#windows.clear();
  }

  /**
   * Counts one request of a caller on a route. `resource` is the top-level guild, channel or webhook: each has windows
   * of its own. `countsGlobally` is for bots; interactions are exempt from it.
   */
  count(request: {
    caller: string;
    route: string;
    resource: string;
    limit: Limit;
    countsGlobally: boolean;
  }): Verdict {
    const { caller, route, resource, limit } = request;
    const now = Date.now();
    if (request.countsGlobally) {
      const all = this.#use(`all ${caller}`, globalLimit, now);
      // A global refusal carries no headers of the route's own window.
      if (all.used > globalLimit.requests)
        return { headers: {}, refusal: tooMany(all.resetAtMs - now, true, {}) };
    }
    const window = this.#use(`${caller} ${route} ${resource}`, limit, now);
    const afterMs = window.resetAtMs - now;
    const headers = {
      'x-ratelimit-limit': String(limit.requests),
      'x-ratelimit-remaining': String(Math.max(0, limit.requests - window.used)),
      'x-ratelimit-reset': (window.resetAtMs / 1000).toFixed(3),
      'x-ratelimit-reset-after': (afterMs / 1000).toFixed(3),
      'x-ratelimit-bucket': createHash('sha256').update(route).digest('hex').slice(0, 32),
    };
    return {
      headers,
      refusal: window.used > limit.requests ? tooMany(afterMs, false, headers) : null,
    };
  }

  #use(key: string, limit: Limit, now: number): Window {
    if (this.#windows.size > 10_000)
      for (const [old, window] of this.#windows)
        if (window.resetAtMs <= now) this.#windows.delete(old);
    let window = this.#windows.get(key);
    if (!window || window.resetAtMs <= now) {
      window = { used: 0, resetAtMs: now + limit.windowMs };
      this.#windows.set(key, window);
    }
    window.used += 1;
    return window;
  }
}

function tooMany(afterMs: number, global: boolean, headers: Record<string, string>): Answer {
  const body = {
    message: 'You are being rate limited.',
    retry_after: Math.max(1, afterMs) / 1000,
    global,
  };
  return json(429, body, {
    ...headers,
    'retry-after': String(Math.ceil(afterMs / 1000) || 1),
    'x-ratelimit-scope': global ? 'global' : 'user',
    ...(global ? { 'x-ratelimit-global': 'true' } : {}),
  });
}
