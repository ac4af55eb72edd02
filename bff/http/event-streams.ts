/**
 * Open server-sent event streams: how many there may be, that each is alive, and that none piles up. Knows nothing of what
 * is said on them. https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import { PassThrough } from 'node:stream';
import { Failure } from '../failure.ts';
import { clientAddress, clientNetwork, type ClientNetwork } from './client-address.ts';
import type { Connections } from './connections.ts';
import type { Context } from './context.ts';
import { createNetworkPlaces } from './network-places.ts';

const heartbeatMs = 15_000;
/** A client that lets this much pile up is not reading; it will come back and get the latest. */
const maxBacklogBytes = 64 * 1024;

/** How many streams may be open at once. One browser needs one, whatever its tabs. */
export type StreamLimits = { perNetwork: number; inAll: number };

/** One open stream. `sessionIdHash` names the session it was opened with, if any. */
export type EventStream = { sessionIdHash: string | undefined };

type OpenStream = EventStream & { body: PassThrough; network: ClientNetwork };

/** The largest network that is one customer's. */
function widest({ narrow, wide }: ClientNetwork): string {
  return wide ?? narrow;
}

/** Makes the set of streams. `hops`: proxies of ours in front. `onHeartbeat` runs before each heartbeat. */
export function createEventStreams(limits: StreamLimits, hops: number, onHeartbeat: () => void) {
  /** The oldest first. */
  const streams = new Set<OpenStream>();
  const places = createNetworkPlaces(limits.perNetwork);

  /** Ends the oldest stream of the network that has the most, unless `asking` has as many; tells whether it did. */
  function makeRoom(asking: ClientNetwork): boolean {
    let busiest: string | undefined;
    const streamsOf = new Map<string, number>();
    for (const { network } of streams) {
      const name = widest(network);
      const most = (streamsOf.get(name) ?? 0) + 1;
      streamsOf.set(name, most);
      if (busiest === undefined || most > (streamsOf.get(busiest) ?? 0)) busiest = name;
    }
    if (busiest === undefined) return false;
    if ((streamsOf.get(busiest) ?? 0) <= (streamsOf.get(widest(asking)) ?? 0)) return false;
    const oldest = [...streams].find(({ network }) => widest(network) === busiest);
    if (oldest === undefined) return false;
    close(oldest);
    return true;
  }

  function close(stream: OpenStream): void {
    if (!streams.delete(stream)) return;
    places.leave(stream.network);
    stream.body.end();
  }

  function write(stream: OpenStream, text: string): void {
    const { body } = stream;
    if (body.readableLength + body.writableLength > maxBacklogBytes) {
      close(stream);
      body.destroy();
    } else body.write(text);
  }

  const heartbeat = setInterval(() => {
    onHeartbeat();
    for (const stream of streams) write(stream, ': still here\n\n');
  }, heartbeatMs);
  heartbeat.unref();

  return {
    /**
     * Answers a request with a stream that begins with `text`.
     * @throws {Failure} `too_many_streams`
     */
    open(
      ctx: Context,
      connections: Pick<Connections, 'keepOpen'>,
      sessionIdHash: string | undefined,
      text: string,
    ): void {
      // Gone while its session was looked up: nothing would ever give back its place.
      if (ctx.req.socket.destroyed) return;
      const network = clientNetwork(clientAddress(ctx.req, hops));
      const isFull = streams.size >= limits.inAll;
      if (places.fullOf(network) !== undefined || (isFull && !makeRoom(network))) {
        // It would come back on the same connection at once, and keep it.
        ctx.set('connection', 'close');
        throw new Failure(
          'caller',
          'too_many_streams',
          'Too many live streams are open. Ask /api/guild-count from time to time instead.',
          { retryAfterMs: 60_000 },
        );
      }
      const stream: OpenStream = { sessionIdHash, body: new PassThrough(), network };
      streams.add(stream);
      places.take(network);
      connections.keepOpen(ctx.res, () => {
        close(stream);
        stream.body.destroy();
      });

      ctx.status = 200;
      ctx.set('content-type', 'text/event-stream; charset=utf-8');
      // nginx would otherwise gather events until its buffer is full.
      ctx.set('x-accel-buffering', 'no');
      ctx.body = stream.body;
      stream.body.write(text);
    },

    /** Sends a text to every stream that `isMeant`. */
    send(text: string, isMeant: (stream: EventStream) => boolean = () => true): void {
      for (const stream of streams) if (isMeant(stream)) write(stream, text);
    },

    /** The sessions that streams were opened with. */
    sessions(): string[] {
      return [...new Set([...streams].flatMap(({ sessionIdHash }) => sessionIdHash ?? []))];
    },

    /** Ends every stream; browsers come back by themselves. */
    close(): void {
      clearInterval(heartbeat);
      for (const stream of streams) close(stream);
    },
  };
}
