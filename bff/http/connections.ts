/**
 * Bounds what connections can hold: their number, how many answers may pile up on one, and how long an answer may take to
 * be read. Node has deadlines for requests; without these, somebody who asks and never reads keeps the answers in our
 * memory for ever.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { clientNetwork } from './client-address.ts';

/** Connections in all. A descriptor each, out of the 1,024 to 65,536 a process may have, and some 20 kB. */
export const maxConnections = 4_096;
/** Of one client network, where we see it: an office behind one address, not a crowd of scripts. */
export const maxConnectionsPerNetwork = 512;
/** Requests that wait for their answers on one connection. Browsers send one at a time. */
const maxPipelined = 64;
/** How long an answer may take from the request to its last byte handed to the system; a page on a slow line takes seconds. */
const answerTimeoutMs = 50_000;
/** How long a connection may say and take nothing while an answer is due. A stream is given a heartbeat more often. */
const idleTimeoutMs = 45_000;
/** Longer than proxies keep theirs to us (two minutes and less), or they would send into one that is just closing: a 502. */
const keepAliveTimeoutMs = 130_000;
const sweepMs = 5_000;

type Connection = {
  network: string;
  /** Answers not yet sent whole, with when they were begun, on performance.now()'s clock. A stream has none. */
  pending: Map<ServerResponse, number | null>;
};

export type Connections = ReturnType<typeof guardConnections>;

/** Guards `server`. `isBehindProxy`: its connections are a proxy's, and say nothing about a client. */
export function guardConnections(server: Server, { isBehindProxy }: { isBehindProxy: boolean }) {
  /** The one used longest ago first. */
  const connections = new Map<Socket, Connection>();
  const perNetwork = new Map<string, number>();
  server.timeout = idleTimeoutMs;
  server.keepAliveTimeout = keepAliveTimeoutMs;

  function isIdle({ pending }: Connection): boolean {
    return pending.size === 0;
  }

  /** Closes the connection that has been idle the longest, of `network` or of all; tells whether there was one. */
  function closeIdle(network?: string): boolean {
    for (const [socket, connection] of connections)
      if (isIdle(connection) && (network === undefined || connection.network === network)) {
        forget(socket);
        socket.destroy();
        return true;
      }
    return false;
  }

  function forget(socket: Socket): void {
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connections.delete(socket);
    const left = (perNetwork.get(connection.network) ?? 1) - 1;
    if (left === 0) perNetwork.delete(connection.network);
    else perNetwork.set(connection.network, left);
  }

  server.on('connection', (socket: Socket) => {
    const { narrow: network } = clientNetwork(socket.remoteAddress ?? 'unknown');
    const isNetworkFull =
      !isBehindProxy && (perNetwork.get(network) ?? 0) >= maxConnectionsPerNetwork;
    if (
      (isNetworkFull && !closeIdle(network)) ||
      (connections.size >= maxConnections && !closeIdle())
    ) {
      socket.destroy();
      return;
    }
    connections.set(socket, { network, pending: new Map() });
    perNetwork.set(network, (perNetwork.get(network) ?? 0) + 1);
    socket.once('close', () => forget(socket));
  });

  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const connection = connections.get(socket);
    if (connection === undefined) return;
    if (connection.pending.size >= maxPipelined) {
      socket.destroy();
      return;
    }
    connection.pending.set(response, performance.now());
    response.once('close', () => {
      connection.pending.delete(response);
      // To the end of the row: it was used just now.
      if (connections.delete(socket)) connections.set(socket, connection);
    });
  });

  const sweep = setInterval(() => {
    const overdue = performance.now() - answerTimeoutMs;
    for (const [socket, { pending }] of connections)
      for (const startedAt of pending.values())
        if (startedAt !== null && startedAt < overdue) socket.destroy();
  }, sweepMs);
  sweep.unref();
  server.once('close', () => clearInterval(sweep));

  return {
    /** Tells whether an answer is being sent on this connection, into which nothing else may be written. */
    isAnswering(socket: Socket): boolean {
      return (connections.get(socket)?.pending.size ?? 0) > 0;
    },

    /** Takes the deadline off an answer that is meant to last. */
    isStream(response: ServerResponse): void {
      const { socket } = response.req;
      connections.get(socket)?.pending.set(response, null);
    },
  };
}
