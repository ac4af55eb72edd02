/**
 * The bot's end of the socket: who may connect, how many, and what each of them hears unasked. Knows nothing of Discord.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { type BotIdentity, botOffer, type GuildCount, type methods } from '../shared/ipc.ts';
import { frameLines } from '../shared/json-lines.ts';
import { type Handlers, openPeer } from '../shared/rpc.ts';
import type { Logger } from './log.ts';
import { clearSocketPath, SocketTakenError, unusableSocket } from './socket-path.ts';

/** One BFF connects once; the rest is room for restarts and for a person looking in. */
const maxConnections = 32;
/** How long a connection may take to say hello. */
const helloTimeoutMs = 5_000;

export type BotSocket = {
  /** Tells everyone who has said hello. */
  guildsChanged(count: GuildCount): void;
  /** Tells everyone who has said hello, and knows the bot by another name or picture. */
  identityChanged(identity: BotIdentity): void;
  /** Ends every connection and removes the socket. */
  close(): Promise<void>;
};

/**
 * Listens on `path`, mode 0600 from its first instant. Throws what {@link clearSocketPath} throws, for the same reasons.
 */
export async function listen(
  path: string,
  handlers: Handlers<typeof methods>,
  log: Logger,
): Promise<BotSocket> {
  const peers = new Set<ReturnType<typeof accept>>();

  function accept(socket: Socket) {
    const peer = openPeer(frameLines(socket), {
      serves: {
        offer: botOffer,
        handlers,
        opening: { method: 'hello', timeoutMs: helloTimeoutMs },
      },
      onFailure: (err, method) => log.error({ err, method }, 'a call failed'),
    });
    void peer.closed.finally(() => {
      peers.delete(peer);
      log.debug({ connections: peers.size }, 'connection closed');
    });
    return peer;
  }

  const server = createServer((socket) => {
    peers.add(accept(socket));
    log.debug({ connections: peers.size }, 'connection opened');
  });
  server.maxConnections = maxConnections;
  server.on('drop', () => log.warn({ maxConnections }, 'connection refused: too many'));

  await clearSocketPath(path);
  await bind(server, path);
  server.on('error', (err) => log.error({ err }, 'a connection could not be accepted'));
  log.info({ path }, 'listening');

  return {
    guildsChanged(count) {
      for (const peer of peers) peer.notify('guilds.changed', count);
    },
    identityChanged(identity) {
      for (const peer of peers) peer.notify('identity.changed', identity);
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const peer of peers) peer.close();
      return closed;
    },
  };
}

/**
 * Binds under a umask that leaves the socket to us alone. The umask belongs to the whole process, but Node binds before
 * `listen` returns, so nothing else runs while it is changed; a chmod afterwards would leave a moment in between.
 */
async function bind(server: Server, path: string): Promise<void> {
  const listening = new Promise<void>((resolve, reject) => {
    server.once('listening', resolve).once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE' ? new SocketTakenError(path) : unusableSocket(path, error),
      );
    });
  });
  const umask = process.umask(0o177);
  try {
    server.listen({ path, exclusive: true });
  } finally {
    process.umask(umask);
  }
  await listening;
  server.removeAllListeners('error');
}
