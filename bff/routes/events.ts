/** `GET /api/events`: the count as server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html */
import { PassThrough } from 'node:stream';
import type { BotLink } from '../bot-link.ts';
import { clientAddress, clientNetwork } from '../client-address.ts';
import type { Middleware } from '../context.ts';
import { ApiError } from '../errors.ts';
import type { GuildCountBody } from './guild-count.ts';

const heartbeatMs = 15_000;
/** A client that lets this much pile up is not reading; it will come back and get the latest. */
const maxBacklogBytes = 64 * 1024;

/** How many streams may be open at once. One browser needs one, whatever its tabs. */
export type StreamLimits = { perNetwork: number; inAll: number };

export type Events = ReturnType<typeof createEvents>;

/** Makes the hub of all streams. */
export function createEvents(
  bot: BotLink,
  body: GuildCountBody,
  limits: StreamLimits,
  hops: number,
) {
  const streams = new Set<PassThrough>();
  const perNetwork = new Map<string, number>();

  function sendAll(text: string): void {
    for (const stream of streams) {
      if (stream.readableLength + stream.writableLength > maxBacklogBytes) stream.destroy();
      else stream.write(text);
    }
  }

  const event = (): string => `event: guild-count\ndata: ${body.text()}\n\n`;
  const stopListening = bot.onChange(() => sendAll(event()));
  const heartbeat = setInterval(() => sendAll(': still here\n\n'), heartbeatMs);
  heartbeat.unref();

  const route: Middleware = async function events(ctx) {
    const network = clientNetwork(clientAddress(ctx.req, hops));
    const open = perNetwork.get(network) ?? 0;
    if (open >= limits.perNetwork || streams.size >= limits.inAll)
      throw new ApiError(
        429,
        'too_many_streams',
        'Too many live streams are open. Ask /api/guild-count from time to time instead.',
        {
          headers: { 'retry-after': '60' },
        },
      );

    const stream = new PassThrough();
    streams.add(stream);
    perNetwork.set(network, open + 1);
    stream.once('close', () => {
      streams.delete(stream);
      const left = (perNetwork.get(network) ?? 1) - 1;
      if (left === 0) perNetwork.delete(network);
      else perNetwork.set(network, left);
    });
    ctx.res.once('close', () => stream.destroy());

    ctx.status = 200;
    ctx.set('content-type', 'text/event-stream; charset=utf-8');
    // nginx would otherwise gather events until its buffer is full.
    ctx.set('x-accel-buffering', 'no');
    ctx.body = stream;
    stream.write(`retry: 3000\n${event()}`);
  };

  return {
    route,
    /** Ends every stream; browsers come back by themselves. */
    close(): void {
      stopListening();
      clearInterval(heartbeat);
      for (const stream of streams) stream.end();
    },
  };
}
