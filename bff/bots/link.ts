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
import { type Away, distrust, explainEnd, reasonsOfStarting } from './away.ts';
import { botUnavailable } from '../failure.ts';
import type { Log } from '../log.ts';

type BotPeer = Peer<never, typeof botOffer>;

const callTimeoutMs = 2_000;
const connectTimeoutMs = 2_000;
const shortestPauseMs = 100;
const longestPauseMs = 1_000;
/** A bot that hangs keeps its socket open, so it is asked for a sign of life. */
const pulseMs = 10_000;
/** A connection that lasted this long was a good one, and the next attempt need not be held back. */
const steadyAfterMs = 10_000;
/** A bot that is started together with the BFF is expected to be there by then. */
const startPatienceMs = 15_000;

/** What is known of the bot. `count` and `identity` stay from before while it is away; `away` says why, null when it is not. */
export type BotState = {
  connected: boolean;
  away: Away | null;
  identity: BotIdentity | null;
  count: GuildCount | null;
};

export type BotLink = ReturnType<typeof connectBot>;

/** Starts looking for the bot at `socketPath`, and goes on until `close`. */
export function connectBot(socketPath: string, log: Log) {
  const startedAt = performance.now();
  let state: BotState = {
    connected: false,
    away: { reason: 'starting', explanation: 'The BFF has just begun to look for the bot.' },
    identity: null,
    count: null,
  };
  let peer: BotPeer | undefined;
  let loggedReason: string | undefined;
  const listeners = new Set<() => void>();
  /** How often a count came unasked. */
  let notifiedCounts = 0;
  const stopping = new AbortController();

  function update(change: Partial<BotState>): void {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  /** Keeps why the bot is away, and says it once. */
  function setAway(away: Away): void {
    if (state.connected || state.away?.reason !== away.reason) update({ connected: false, away });
    if (loggedReason === away.reason || stopping.signal.aborted) return;
    loggedReason = away.reason;
    const isExpected =
      state.identity === null &&
      reasonsOfStarting.has(away.reason) &&
      performance.now() - startedAt < startPatienceMs;
    log[isExpected ? 'debug' : 'warn'](
      { event: 'bot_away', reason: away.reason },
      `the bot is away: ${away.explanation}`,
    );
    // What is expected for a moment is said after all when it stays so.
    if (isExpected) loggedReason = undefined;
  }

  /** One connection from beginning to end. Gives why it ended. */
  async function converse(): Promise<Away> {
    let distrusted: Away | undefined;
    try {
      distrusted = distrust(socketPath);
    } catch (error) {
      return explainEnd(socketPath, error);
    }
    if (distrusted !== undefined) return distrusted;
    const socket = createConnection(socketPath);
    let socketError: Error | undefined;
    socket.once('error', (error) => (socketError = error));
    socket.setTimeout(connectTimeoutMs, () =>
      socket.destroy(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' })),
    );
    socket.once('connect', () => socket.setTimeout(0));
    const connection: BotPeer = openPeer(frameLines(socket), {
      uses: {
        offer: botOffer,
        listeners: {
          'guilds.changed': takeCount,
          'identity.changed': (identity) => update({ identity }),
        },
      },
      onFailure: (error, name) =>
        log.warn(
          { event: 'bot_message_failed', err: error, name },
          'the bot said something unusable',
        ),
    });
    const stop = (): void => connection.close();
    stopping.signal.addEventListener('abort', stop);
    try {
      const hello = await connection.call(
        'hello',
        { protocol: protocolVersion, client: 'guildhall-bff' },
        { timeoutMs: callTimeoutMs },
      );
      const count = await fetchCount(connection);
      peer = connection;
      loggedReason = undefined;
      update({ connected: true, away: null, identity: hello.bot, count });
      log.info({ event: 'bot_connected', bot_id: hello.bot.id }, 'the bot is connected');
      return await watchPulse(connection);
    } catch (error) {
      return explainEnd(socketPath, socketError ?? error);
    } finally {
      stopping.signal.removeEventListener('abort', stop);
      connection.close();
      peer = undefined;
    }
  }

  /** Asks for a sign of life now and then; throws when none comes. */
  async function watchPulse(connection: BotPeer): Promise<Away> {
    const ended = new AbortController();
    void connection.closed.then(() => ended.abort());
    for (;;) {
      await pause(pulseMs, ended.signal);
      if (ended.signal.aborted) return explainEnd(socketPath, { code: 'connection_closed' });
      update({ count: await fetchCount(connection) });
    }
  }

  /** Asks for the count. One that was said unasked meanwhile is at least as fresh, and stays. */
  async function fetchCount(connection: BotPeer): Promise<GuildCount> {
    const before = notifiedCounts;
    const count = await connection.call('guilds.count', {}, { timeoutMs: callTimeoutMs });
    return notifiedCounts === before || state.count === null ? count : state.count;
  }

  function takeCount(count: GuildCount): void {
    notifiedCounts += 1;
    update({ count });
  }

  async function keepConnected(): Promise<void> {
    let pauseMs = shortestPauseMs;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      setAway(await converse());
      // Whoever greets us and hangs up at once is not asked again at once.
      if (performance.now() - startedAt > steadyAfterMs) pauseMs = shortestPauseMs;
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
     * @throws {Failure} `bot_unavailable` when the bot is away or does not answer in time
     */
    async present(ids: readonly string[]): Promise<Set<string>> {
      const connection = peer;
      if (connection === undefined) throw botUnavailable();
      try {
        const parts = [];
        for (let start = 0; start < ids.length; start += maxPresentIds)
          parts.push(
            connection.call(
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
