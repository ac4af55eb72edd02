/** A bot without Discord: answers the BFF on a socket of its own, and does what it is told to the figures. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { botOffer, type GuildCount, type methods, protocolVersion } from '../../shared/ipc.ts';
import { frameLines } from '../../shared/json-lines.ts';
import { type Handlers, openPeer } from '../../shared/rpc.ts';

/** What the bot says of itself unless it is told otherwise. */
export function countOf(guildCount: number): GuildCount {
  return {
    guild_count: guildCount,
    unavailable: 0,
    shards: { ready: 1, total: 1 },
    as_of: new Date().toISOString(),
  };
}

/** Listens at `socketPath`. `guildIds` are the servers it is in, `profile` is who it says it is. */
export async function startFakeBot(
  socketPath: string,
  guildIds: Iterable<string> = [],
  profile: { username: string; avatar_url: string | null } = {
    username: 'fake-bot',
    avatar_url: null,
  },
) {
  const inGuilds = new Set(guildIds);
  let count = countOf(inGuilds.size);
  let identity = { id: '1180000000000000000', ...profile };
  let silent = false;
  const peers = new Set<ReturnType<typeof accept>>();
  const sockets = new Set<Socket>();
  /** Every byte that came in, as text. */
  const received: string[] = [];
  /** The ids of each question for servers. */
  const asked: string[][] = [];
  const silence = new Promise<never>(() => {});

  const handlers: Handlers<typeof methods> = {
    hello: () => ({
      protocol: protocolVersion,
      bot: identity,
      started_at: new Date().toISOString(),
    }),
    'guilds.count': () => (silent ? silence : count),
    'guilds.present': ({ ids }) => {
      asked.push(ids);
      return silent ? silence : { ids: ids.filter((id) => inGuilds.has(id)) };
    },
    status: () => ({ uptime_ms: 1, ping_ms: null, rss_bytes: 1, shards: [] }),
  };

  function accept(socket: Socket) {
    sockets.add(socket);
    socket.on('data', (chunk: Buffer) => received.push(chunk.toString()));
    const peer = openPeer(frameLines(socket), {
      serves: {
        offer: botOffer,
        handlers,
        opening: { method: 'hello', timeoutMs: 5_000 },
      },
    });
    void peer.closed.then(() => peers.delete(peer));
    return peer;
  }

  mkdirSync(path.dirname(socketPath), { recursive: true, mode: 0o700 });
  const server = createServer((socket) => void peers.add(accept(socket)));
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  chmodSync(socketPath, 0o600);

  return {
    received,
    asked,
    inGuilds,
    /** The figures change, and whoever listens hears of it. */
    change(guildCount: number, rest: Partial<GuildCount> = {}): void {
      count = { ...countOf(guildCount), ...rest };
      for (const peer of peers) peer.notify('guilds.changed', count);
    },
    /** The bot has another name, and whoever listens hears of it. */
    rename(username: string): void {
      identity = { ...identity, username };
      for (const peer of peers) peer.notify('identity.changed', identity);
    },
    /** From now on nothing is answered; connections stay open. */
    hang(): void {
      silent = true;
    },
    /** Gone, as after a crash: connections are cut and the socket is left behind or removed. */
    async close(): Promise<void> {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      rmSync(socketPath, { force: true });
    },
  };
}
