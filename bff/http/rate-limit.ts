/** Limits how often one client may ask. */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Failure } from '../failure.ts';
import { clientAddress, clientNetwork } from './client-address.ts';
import type { Middleware } from './context.ts';
import { wideFactor } from './network-places.ts';

/** Clients share this many counters, which bounds the memory whoever comes. */
const counters = 65_536;
/** Which clients share one is a secret, so that nobody can choose to stand in another's way. */
const salt = randomBytes(16);

type Counters = { narrow: string; wide: string | null };
const countersOfSocket = new WeakMap<object, Counters>();

/** Counts requests; rejects with Failure `rate_limited` above the limit. */
export type RequestCounter = (request: IncomingMessage) => Promise<void>;

/** Makes a counter that lets each client network ask `perMinute` times a minute. `hops`: proxies of ours in front. */
export function createRequestCounter(perMinute: number, hops: number): RequestCounter {
  const narrow = new RateLimiterMemory({ points: perMinute, duration: 60 });
  const wide = new RateLimiterMemory({ points: perMinute * wideFactor, duration: 60 });
  return async function count(request) {
    const its = countersOf(request, hops);
    try {
      await narrow.consume(its.narrow);
      if (its.wide !== null) await wide.consume(its.wide);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new Failure(
        'caller',
        'rate_limited',
        'Too many requests from your network. Please wait a moment.',
        { retryAfterMs: refusal.msBeforeNext },
      );
    }
  };
}

/**
 * Lets a request through once it is counted.
 * @param options.except a path that is not counted: who asks whether we are alive must hear it, whoever shares their network
 */
export function rateLimit(count: RequestCounter, options: { except?: string } = {}): Middleware {
  return async function rateLimit(ctx, next) {
    if (ctx.path !== options.except) await count(ctx.req);
    await next();
  };
}

function countersOf(request: IncomingMessage, hops: number): Counters {
  // Without a proxy of ours a connection is one client, whatever it sends.
  const known = hops === 0 ? countersOfSocket.get(request.socket) : undefined;
  if (known !== undefined) return known;
  const { narrow, wide } = clientNetwork(clientAddress(request, hops));
  const its = { narrow: counterOf(narrow), wide: wide && counterOf(wide) };
  if (hops === 0) countersOfSocket.set(request.socket, its);
  return its;
}

function counterOf(network: string): string {
  return String(
    createHash('sha256').update(salt).update(network).digest().readUInt32BE() % counters,
  );
}
