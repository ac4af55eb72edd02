/** Limits how often one client may ask. */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { clientAddress, clientNetwork } from '../client-address.ts';
import type { Context, Middleware } from '../context.ts';
import { ApiError } from '../errors.ts';

/** Clients share this many counters, which bounds the memory whoever comes. */
const counters = 65_536;
/** Which clients share one is a secret, so that nobody can choose to stand in another's way. */
const salt = randomBytes(16);
const counterOfSocket = new WeakMap<object, string>();

/** Counts requests; rejects with ApiError 429 `rate_limited` and `Retry-After` above the limit. */
export type RequestCounter = (request: IncomingMessage) => Promise<void>;

/** Makes a counter that lets each client network ask `perMinute` times a minute. `hops`: proxies of ours in front. */
export function createRequestCounter(perMinute: number, hops: number): RequestCounter {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return async function count(request) {
    try {
      await limiter.consume(counterOf(request, hops));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new ApiError(
        429,
        'rate_limited',
        'Too many requests from your network. Please wait a moment.',
        {
          headers: { 'retry-after': String(Math.ceil(refusal.msBeforeNext / 1000)) },
        },
      );
    }
  };
}

/** Lets a request through once it is counted. `tooMany` answers those above the limit, instead of an error. */
export function rateLimit(count: RequestCounter, tooMany?: (ctx: Context) => void): Middleware {
  return async function rateLimit(ctx, next) {
    try {
      await count(ctx.req);
    } catch (error) {
      if (tooMany === undefined || !(error instanceof ApiError)) throw error;
      ctx.set(error.headers);
      tooMany(ctx);
      return;
    }
    await next();
  };
}

function counterOf(request: IncomingMessage, hops: number): string {
  // Without a proxy of ours a connection is one client, whatever it sends.
  const known = hops === 0 ? counterOfSocket.get(request.socket) : undefined;
  if (known !== undefined) return known;
  const network = clientNetwork(clientAddress(request, hops));
  const counter = String(
    createHash('sha256').update(salt).update(network).digest().readUInt32BE() % counters,
  );
  if (hops === 0) counterOfSocket.set(request.socket, counter);
  return counter;
}
