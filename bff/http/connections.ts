/**
 * Bounds what connections can hold: their number, how many answers may pile up on one, and how long an answer may take to
 * be read. Node has deadlines for requests; without these, somebody who asks and never reads keeps the answers in our
 * memory for ever.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type ClientNetwork, clientNetwork } from './client-address.ts';
import { createNetworkPlaces } from './network-places.ts';

/** What connections may hold, and for how long. */
export type ConnectionLimits = {
  inAll: number;
  /** Of one client network, where we see it. */
  perNetwork: number;
  /** Requests that wait for their answers on one connection. */
  pipelined: number;
  /** How long an answer may take to be read. */
  answerMs: number;
  /** How long a connection may neither say nor take anything. A stream is given a heartbeat more often. */
  idleMs: number;
};

export const defaultConnectionLimits: ConnectionLimits = {
  // A descriptor each, out of the 1,024 to 65,536 a process may have, and some 20 kB.
  inAll: 4_096,
  // An office behind one address, not a crowd of scripts.
  perNetwork: 512,
  // Browsers send one request at a time.
  pipelined: 64,
  // A page on a slow line takes seconds.
  answerMs: 45_000,
  idleMs: 45_000,
};

/** Longer than proxies keep theirs to us (two minutes and less), or they would send into one that is just closing: a 502. */
const keepAliveTimeoutMs = 130_000;

/**
 * An answer that is not yet sent whole. `sentSince` is on performance.now()'s clock, undefined while it is being made;
 * `streamEnded` is there for one that is meant to last.
 */
type Answer = { sentSince?: number; streamEnded?: () => void };

type Connection = { network: ClientNetwork; answers: Map<ServerResponse, Answer> };

export type Connections = ReturnType<typeof guardConnections>;

/** Guards `server`. `isBehindProxy`: its connections are a proxy's, and say nothing about a client. */
export function guardConnections(
  server: Server,
  { isBehindProxy, limits }: { isBehindProxy: boolean; limits: ConnectionLimits },
) {
  /** The one used longest ago first. */
  const connections = new Map<Socket, Connection>();
  const places = createNetworkPlaces(isBehindProxy ? Number.POSITIVE_INFINITY : limits.perNetwork);
  server.timeout = limits.idleMs;
  server.keepAliveTimeout = keepAliveTimeoutMs;

  /** Closes the connection that has been idle the longest, of a network or of all; tells whether there was one. */
  function closeIdle(of?: string): boolean {
    for (const [socket, { network, answers }] of connections)
      if (
        answers.size === 0 &&
        (of === undefined || of === network.narrow || of === network.wide)
      ) {
        forget(socket);
        socket.destroy();
        return true;
      }
    return false;
  }

  function makeRoom(network: ClientNetwork): boolean {
    for (let full = places.fullOf(network); full !== undefined; full = places.fullOf(network))
      if (!closeIdle(full)) return false;
    return connections.size < limits.inAll || closeIdle();
  }

  function forget(socket: Socket): void {
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connections.delete(socket);
    places.leave(connection.network);
  }

  server.on('connection', (socket: Socket) => {
    const network = clientNetwork(socket.remoteAddress ?? 'unknown');
    if (!makeRoom(network)) {
      socket.destroy();
      return;
    }
    const answers: Connection['answers'] = new Map();
    connections.set(socket, { network, answers });
    places.take(network);
    socket.once('close', () => {
      // One that waits behind another never begins, and so has no end of its own.
      for (const { streamEnded } of answers.values()) streamEnded?.();
      answers.clear();
      forget(socket);
    });
  });

  // Silence while we wait for Discord or for storage is ours, and those have deadlines of their own.
  server.on('timeout', (socket: Socket) => {
    const answers = [...(connections.get(socket)?.answers.keys() ?? [])];
    if (answers.some((response) => !response.headersSent)) socket.setTimeout(limits.idleMs);
    else socket.destroy();
  });

  const sweep = setInterval(() => {
    const now = performance.now();
    for (const [socket, { answers }] of connections)
      for (const [response, answer] of answers) {
        if (answer.streamEnded !== undefined || !response.headersSent) continue;
        answer.sentSince ??= now;
        if (now - answer.sentSince > limits.answerMs) socket.destroy();
      }
  }, limits.answerMs / 10);
  sweep.unref();
  server.once('close', () => clearInterval(sweep));

  return {
    /** Lets `listener` hear of requests as long as few enough wait on their connection; closes it otherwise. */
    guard(listener: RequestListener): RequestListener {
      return function guarded(request: IncomingMessage, response: ServerResponse) {
        const { socket } = request;
        const connection = connections.get(socket);
        // Node reads on through what had arrived when the connection was closed.
        if (connection === undefined || connection.answers.size >= limits.pipelined) {
          socket.destroy();
          return;
        }
        connection.answers.set(response, {});
        response.once('close', () => {
          connection.answers.get(response)?.streamEnded?.();
          connection.answers.delete(response);
          // To the end of the row: it was used just now.
          if (connections.delete(socket)) connections.set(socket, connection);
        });
        listener(request, response);
      };
    },

    /** Tells whether an answer is being sent on this connection, into which nothing else may be written. */
    isAnswering(socket: Socket): boolean {
      return (connections.get(socket)?.answers.size ?? 0) > 0;
    },

    /** Takes the deadline off an answer that is meant to last. `ended` runs once, when it or its connection has ended. */
    keepOpen(response: ServerResponse, ended: () => void): void {
      connections.get(response.req.socket)?.answers.set(response, { streamEnded: ended });
    },
  };
}
