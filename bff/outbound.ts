/**
 * The only way out of the BFF. Every request has one total deadline, follows no redirect, is not retried, and is cut
 * off at 1 MiB while it streams: a provider that is slow, lying, huge or elsewhere costs a bounded time and memory.
 * Nothing of the browser's request is passed on.
 */
import got, { TimeoutError } from 'got';
import packageJson from '../package.json' with { type: 'json' };

const maxBodyBytes = 1024 * 1024; // 1 MiB

/** What may be sent. A body is sent as it is; its content type belongs in `headers`. */
export type OutboundRequest = {
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
};

/** A request that brought no whole answer. Holds nothing of the request: its headers and form carry secrets. */
export class OutboundError extends Error {
  override name = 'OutboundError';
  readonly code: 'timeout' | 'too_large' | 'unreachable';

  constructor(code: OutboundError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Sends requests; made once, with the deadline from the configuration. */
export type Outbound = (url: string, request: OutboundRequest) => Promise<Response>;

/**
 * Makes the way out. The returned function resolves for every status, redirects included, with a standard `Response`.
 * @throws {OutboundError} on a deadline, a body over 1 MiB, or no connection.
 */
export function createOutbound(options: { timeoutMs: number }): Outbound {
  const client = got.extend({
    timeout: { request: options.timeoutMs },
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

  return async function outbound(url, request) {
    const controller = new AbortController();
    let tooLarge = false;
    try {
      const sending = client(url, {
        method: request.method,
        signal: controller.signal,
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
      const { origin, pathname } = new URL(url);
      if (tooLarge)
        throw new OutboundError('too_large', `${origin}${pathname} answered more than 1 MiB`);
      if (error instanceof TimeoutError)
        throw new OutboundError(
          'timeout',
          `${origin}${pathname} did not answer within ${options.timeoutMs} ms`,
        );
      const reason = (error as NodeJS.ErrnoException).code ?? 'ERR_UNKNOWN';
      throw new OutboundError('unreachable', `${origin}${pathname} cannot be reached (${reason})`);
    }
  };
}

function singleHeaders(headers: Record<string, string | string[] | undefined>): Headers {
  const single = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':') || value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) single.append(name, each);
  }
  return single;
}
