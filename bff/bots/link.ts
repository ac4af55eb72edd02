/**
 * The BFF's end of the socket: connects to the bot, keeps what it last said, asks it what is not kept, and comes back
 * by itself when the bot goes away. Everybody else asks here, and never waits for a bot that is not there.
 */
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BotIdentity,
  botOffer,
  type GuildCount,
  maxPresentIds,
  protocolVersion,
} from '../../shared/ipc.ts';
import { frameLines } from '../../shared/json-lines.ts';
import { openPeer, type Peer } from '../../shared/rpc.ts';
import { botUnavailable } from '../failure.ts';
import type { Log } from '../log.ts';

type BotPeer = Peer<never, typeof botOffer>;

const callTimeoutMs = 2_000;
const connectTimeoutMs = 2_000;
const shortestPauseMs = 100;
const longestPauseMs = 1_000;
/** A bot that hangs keeps its socket open, so it is asked for a sign of life. */
const pulseMs = 10_000;

/** What is known of the bot. `count` and `identity` stay from before while it is away (`connected` false). */
export type BotState = {
  connected: boolean;
  identity: BotIdentity | null;
  count: GuildCount | null;
};

export type BotLink = ReturnType<typeof connectBot>;

/** Starts looking for the bot at `socketPath`, and goes on until `close`. */
export function connectBot(socketPath: string, log: Log) {
  let state: BotState = { connected: false, identity: null, count: null };
  let peer: BotPeer | undefined;
  const listeners = new Set<() => void>();
  /** How often a count came unasked. */
  let heard = 0;
  const stopping = new AbortController();

  function update(change: Partial<BotState>): void {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  /** One connection from beginning to end. Tells whether the bot greeted us. */
  async function converse(): Promise<boolean> {
    const socket = createConnection(socketPath);
    socket.setTimeout(connectTimeoutMs, () => socket.destroy());
    socket.once('connect', () => socket.setTimeout(0));
    const connection: BotPeer = openPeer(frameLines(socket), {
      uses: { offer: botOffer, listeners: { 'guilds.changed': hear } },
      onFailure: (error, name) =>
        log.warn(
          { event: 'bot_message_failed', err: error, name },
          'the bot said something unusable',
        ),
    });
    const stop = (): void => connection.close();
    stopping.signal.addEventListener('abort', stop);
    let greeted = false;
    try {
      const hello = await connection.call(
        'hello',
        { protocol: protocolVersion, client: 'guildhall-bff' },
        { timeoutMs: callTimeoutMs },
      );
      const count = await askCount(connection);
      greeted = true;
      peer = connection;
      update({ connected: true, identity: hello.bot, count });
      log.info({ event: 'bot_connected', bot_id: hello.bot.id }, 'the bot is connected');
      await untilItEnds(connection);
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      log.debug({ event: 'bot_away', reason: code ?? message }, 'the bot does not answer');
    } finally {
      stopping.signal.removeEventListener('abort', stop);
      connection.close();
      peer = undefined;
      if (greeted && !stopping.signal.aborted)
        log.warn({ event: 'bot_disconnected' }, 'the bot is away');
      if (state.connected) update({ connected: false });
    }
    return greeted;
  }

  /** Asks for a sign of life now and then; throws when none comes. */
  async function untilItEnds(connection: BotPeer): Promise<void> {
    const ended = new AbortController();
    void connection.closed.then(() => ended.abort());
    for (;;) {
      await pause(pulseMs, ended.signal);
      if (ended.signal.aborted) return;
      update({ count: await askCount(connection) });
    }
  }

  /** Asks for the count. One that was said unasked meanwhile is at least as fresh, and stays. */
  async function askCount(connection: BotPeer): Promise<GuildCount> {
    const before = heard;
    const count = await connection.call('guilds.count', {}, { timeoutMs: callTimeoutMs });
    return heard === before || state.count === null ? count : state.count;
  }

  function hear(count: GuildCount): void {
    heard += 1;
    update({ count });
  }

  async function keepConnected(): Promise<void> {
    let pauseMs = shortestPauseMs;
    while (!stopping.signal.aborted) {
      if (await converse()) pauseMs = shortestPauseMs;
      // Jitter keeps several BFFs from knocking at a new bot all at once.
      await pause(pauseMs * (0.5 + Math.random() / 2), stopping.signal);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }

  const running = keepConnected();

  return {
    state: (): BotState => state,

    /** Calls `listener` after each change of {@link BotState}; gives a function that stops it. */
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    /**
     * Which of these servers the bot is in. Costs by the ids asked, never by the bot's servers.
     * @throws {Failure} 503 `bot_unavailable` when the bot is away or does not answer in time
     */
    async present(ids: readonly string[]): Promise<Set<string>> {
      const asked = peer;
      if (asked === undefined) throw botUnavailable();
      try {
        const parts = [];
        for (let start = 0; start < ids.length; start += maxPresentIds)
          parts.push(
            asked.call(
              'guilds.present',
              { ids: ids.slice(start, start + maxPresentIds) },
              { timeoutMs: callTimeoutMs },
            ),
          );
        return new Set((await Promise.all(parts)).flatMap((part) => part.ids));
      } catch (error) {
        throw botUnavailable(error);
      }
    },

    /** Hangs up for good. */
    async close(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}

/** Waits for `ms`, or until the signal. Never rejects. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
