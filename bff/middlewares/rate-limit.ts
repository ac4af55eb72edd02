/** Limits how often one client may ask. */
import { createHash, randomBytes } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { clientAddress, clientNetwork } from '../client-address.ts';
import type { Middleware } from '../context.ts';
import { ApiError } from '../errors.ts';

/** Clients share this many counters, which bounds the memory whoever comes. The key of the hash is a secret. */
const counters = 65_536;

/** `perMinute` for each client network; `tooMany` answers those above it. */
export type RateLimitOptions = {
  perMinute: number;
  hops: number;
  tooMany?: (ctx: Parameters<Middleware>[0]) => void;
};

/** Makes a limit. Several mounts of one made limit count together. */
export function rateLimit({ perMinute, hops, tooMany }: RateLimitOptions): Middleware {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  const salt = randomBytes(16);
  const counterOf = (address: string): string =>
    String(createHash('sha256').update(salt).update(address).digest().readUInt32BE() % counters);

  return async function rateLimit(ctx, next) {
    try {
      await limiter.consume(counterOf(clientNetwork(clientAddress(ctx.req, hops))));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const retryAfter = String(Math.ceil(refusal.msBeforeNext / 1000));
      if (tooMany !== undefined) {
        ctx.set('retry-after', retryAfter);
        tooMany(ctx);
        return;
      }
      throw new ApiError(
        429,
        'rate_limited',
        'Too many requests from your network. Please wait a moment.',
        {
          headers: { 'retry-after': retryAfter },
        },
      );
    }
    await next();
  };
}
