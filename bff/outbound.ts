/**
 * The only way out of the BFF. Every request has one total deadline, follows no redirect, is not retried, and is cut
 * off at 1 MiB while it streams: a provider that is slow, lying, huge or elsewhere costs a bounded time and memory.
 * Nothing of the browser's request is passed on.
 */
import got, { RequestError, TimeoutError } from 'got';
import { type Call, createOutboundGate, retryAfterOf } from './outbound-gate.ts';
import packageJson from '../package.json' with { type: 'json' };

const maxBodyBytes = 1024 * 1024; // 1 MiB
/** How long whoever finds a route full is asked to wait. */
const busyPauseMs = 1_000;

/** What may be sent. A body is sent as it is; its content type belongs in `headers`. */
export type OutboundRequest = {
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Whose token the request carries, if anybody's: a provider may ask one person to wait and not the others. */
  person?: string;
};

/** What was wrong with a call: no whole answer, none that can be used, or it was never sent. */
export type OutboundReason =
  | 'held_back' // by the gate; nothing was sent
  | 'timeout'
  | 'too_large'
  | 'unreachable' // no connection came about; nothing was sent
  | 'broken' // the connection broke off, and nobody knows how much had arrived
  | 'refused' // an answer with a status that is not the one wanted
  | 'unusable'; // an answer that is not what the protocol or the provider's documentation say

/** A call that brought nothing to go on with. Holds nothing of the request or the answer: both carry secrets. */
export class OutboundError extends Error {
  override name = 'OutboundError';
  readonly reason: OutboundReason;
  /** The answer's HTTP status, when there was an answer. */
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    reason: OutboundReason,
    message: string,
    options: { status?: number; retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.reason = reason;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** From an answer that can't be used. */
  static of(reason: 'refused' | 'unusable', message: string, response: Response): OutboundError {
    const retryAfterMs = retryAfterOf(response.headers);
    return new OutboundError(reason, message, { status: response.status, retryAfterMs });
  }
}

/** Sends requests; made once, with the deadline from the configuration. */
export type Outbound = (url: string, request: OutboundRequest) => Promise<Response>;

/**
 * Makes the way out. The returned function resolves for every status, redirects included, with a standard `Response`.
 * @throws {OutboundError} on a deadline, a body over 1 MiB, no connection, or when the gate holds the call back
 */
export function createOutbound(options: { timeoutMs: number }): Outbound {
  const gate = createOutboundGate();
  // A call sent with less time than this could spend a refresh token and never hear of it.
  const leastTimeMs = Math.min(1_000, options.timeoutMs / 2);
  const client = got.extend({
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    // A compressed megabyte can hold a gigabyte, so none is asked for and none unpacked.
    decompress: false,
    headers: {
      // Discord asks for this form. https://docs.discord.com/developers/reference#user-agent
      'user-agent': `DiscordBot (https://github.com/guildhall/guildhall, ${packageJson.version})`,
      accept: 'application/json',
      'accept-encoding': 'identity',
    },
    responseType: 'buffer',
  });

  /** Sends a request that the gate has let through. */
  async function send(url: string, request: OutboundRequest, timeoutMs: number): Promise<Response> {
    const controller = new AbortController();
    let tooLarge = false;
    try {
      const sending = client(url, {
        method: request.method,
        signal: controller.signal,
        timeout: { request: timeoutMs },
        ...(request.headers && { headers: request.headers }),
        ...(request.body !== undefined && { body: request.body }),
      });
      void sending.on('downloadProgress', (progress) => {
        if (progress.transferred > maxBodyBytes || (progress.total ?? 0) > maxBodyBytes) {
          tooLarge = true;
          controller.abort();
        }
      });
      const response = await sending;
      const hasBody = response.statusCode !== 204 && response.statusCode !== 304;
      return new Response(hasBody ? new Uint8Array(response.rawBody) : null, {
        status: response.statusCode,
        headers: singleHeaders(response.headers),
      });
    } catch (error) {
      const address = addressOf(url);
      if (tooLarge) throw new OutboundError('too_large', `${address} answered more than 1 MiB`);
      const code = (error as NodeJS.ErrnoException).code ?? 'ERR_UNKNOWN';
      if (!wasConnected(error, url))
        throw new OutboundError('unreachable', `${address} cannot be reached (${code})`);
      if (error instanceof TimeoutError)
        throw new OutboundError(
          'timeout',
          `${address} did not answer within ${options.timeoutMs} ms`,
        );
      throw new OutboundError('broken', `the connection to ${address} broke off (${code})`);
    }
  }

  return async function outbound(url, request) {
    const { origin } = new URL(url);
    const route = `${request.method} ${addressOf(url).replaceAll(/\d{5,}/g, ':id')}`;
    const call = { origin, route, person: request.person };
    const deadline = performance.now() + options.timeoutMs;
    requireOpen(call);
    const leave = await gate.enter(call, options.timeoutMs - leastTimeMs);
    if (leave === undefined) throw heldBack(`${route} has too many calls under way`, busyPauseMs);
    try {
      requireOpen(call);
      const response = await send(url, request, deadline - performance.now());
      gate.answered(call, response.status, response.headers);
      return response;
    } finally {
      leave();
    }
  };

  function requireOpen(call: Call): void {
    const held = gate.heldBack(call);
    if (held !== undefined) throw heldBack(held.reason, held.retryAfterMs);
  }
}

/** Nothing was sent. */
function heldBack(message: string, retryAfterMs: number): OutboundError {
  return new OutboundError('held_back', message, { retryAfterMs });
}

/** Tells whether a call that failed had a connection to be sent on, by TLS where the address asks for it. */
function wasConnected(error: unknown, url: string): boolean {
  if (!(error instanceof RequestError) || error.timings === undefined) return true; // not known
  const { connect, secureConnect } = error.timings;
  return (url.startsWith('https:') ? secureConnect : connect) !== undefined;
}

/** A URL without its query, for messages. */
function addressOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function singleHeaders(headers: Record<string, string | string[] | undefined>): Headers {
  const single = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':') || value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) single.append(name, each);
  }
  return single;
}
