/** The other end of the bot's socket, as the BFF is and as it should not be. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import {
  type BotIdentity,
  botOffer,
  type GuildCount,
  protocolVersion,
} from '../../../shared/ipc.ts';
import { frameLines } from '../../../shared/json-lines.ts';
import { openPeer } from '../../../shared/rpc.ts';

/** A bare connection, closed after the test. */
export async function openSocket(path: string): Promise<Socket> {
  const socket = connect(path);
  await once(socket, 'connect');
  socket.on('error', () => {}); // being cut off is what several tests are about
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** A peer that has not said hello. `changes` and `identities` collect what it is notified of. */
export async function openClient(path: string) {
  const socket = await openSocket(path);
  const changes: GuildCount[] = [];
  const identities: BotIdentity[] = [];
  const peer = openPeer(frameLines(socket), {
    uses: {
      offer: botOffer,
      listeners: {
        'guilds.changed': (count) => changes.push(count),
        'identity.changed': (identity) => identities.push(identity),
      },
    },
  });
  return { ...peer, socket, changes, identities };
}

/** A peer that has said hello, as soon as the bot knows who it is. */
export async function greetBot(path: string) {
  const client = await vi.waitFor(
    async () => {
      const attempt = await openClient(path);
      await attempt
        .call('hello', { protocol: protocolVersion, client: 'test' })
        .catch((error: unknown) => {
          attempt.close();
          throw error;
        });
      return attempt;
    },
    { timeout: 15_000, interval: 50 },
  );
  return client;
}

/** Sends text as it is and collects the lines that come back until there are `count` of them. */
export async function exchange(socket: Socket, text: string, count: number) {
  let received = '';
  const collect = (chunk: Buffer) => (received += chunk.toString());
  socket.on('data', collect);
  socket.write(text);
  await vi.waitUntil(() => received.split('\n').length > count);
  socket.off('data', collect);
  return received
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
