/**
 * A line to Discord that fails where the sandbox's own faults can't: behind it. Discord hears and acts, and the answer is lost
 * or comes late; or the request is held up so long on the way that whoever sent it has given up when it arrives.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { startBff } from './bff.ts';
import { startBffProcess } from './bff-process.ts';
import { directoryForTest } from './directory-for-test.ts';
import { startDiscord } from './discord.ts';
import { freePort } from './ports.ts';
import { Stack } from './stack.ts';

/** What befalls the requests to a path, in the order told. Without `times` until it is cleared. */
export type LineFault = {
  path: string;
  /** So long it takes to reach Discord, whether or not anybody still waits for the answer. */
  held_ms?: number;
  /** What becomes of the answer; it arrives when absent. */
  answer?: 'reset' | 'bad gateway' | 'never' | { late_ms: number };
  times?: number;
};

export type BadLine = Awaited<ReturnType<typeof openBadLine>>;

/** Opens a line to the Discord at `target`. Whoever opens it closes it; a test prefers {@link startBadLine}. */
export async function openBadLine(target: string) {
  let faults: LineFault[] = [];
  /** The paths of requests that have reached Discord. */
  const arrived: string[] = [];
  let heldUp = 0;
  const listeners = new Set<(path: string) => void>();

  function take(path: string): LineFault | undefined {
    const fault = faults.find((each) => each.path === path && each.times !== 0);
    if (fault?.times !== undefined) fault.times -= 1;
    return fault;
  }

  async function pass(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const path = (message.url ?? '').split('?')[0] ?? '';
    const fault = take(path);
    if (fault?.held_ms !== undefined) {
      heldUp += 1;
      await sleep(fault.held_ms, undefined, { ref: false });
      heldUp -= 1;
    }
    const answer = await send(message, Buffer.concat(chunks));
    arrived.push(path);
    for (const listener of listeners) listener(path);
    const fate = fault?.answer;
    if (fate === 'never') return;
    if (fate === 'reset') {
      message.socket.resetAndDestroy();
      return;
    }
    if (fate === 'bad gateway') {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
      return;
    }
    if (fate !== undefined) await sleep(fate.late_ms, undefined, { ref: false });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  async function send(message: IncomingMessage, body: Buffer) {
    const { origin, host } = new URL(target);
    const { promise, resolve, reject } = Promise.withResolvers<{
      status: number;
      headers: IncomingMessage['headers'];
      body: Buffer;
    }>();
    const sent = request(
      origin + message.url,
      { method: message.method, headers: { ...message.headers, host }, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 502,
            headers: answer.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    sent.once('error', reject);
    sent.end(body);
    return await promise;
  }

  const server = createServer((message, response) => {
    response.on('error', () => undefined); // whoever asked has given up
    // Discord may be down itself; then the line has nothing to bring.
    pass(message, response).catch(() => message.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    /** Calls `listener` when Discord has answered, before that answer goes on; gives a function that stops it. */
    onAnswered(listener: (path: string) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** How many requests are held up on the way. */
    waiting: () => heldUp,
    fail(fault: LineFault): void {
      faults.push({ ...fault });
    },
    heal(): void {
      faults = [];
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Opens one for the running test. */
export async function startBadLine(target: string): Promise<BadLine> {
  const line = await openBadLine(target);
  onTestFinished(() => line.close());
  return line;
}

/** A Discord, and a BFF that reaches it over a bad line. People's browsers have a good one. */
export async function startStackOnBadLine(
  environment: Record<string, string> = {},
  options: { directory?: string } = {},
): Promise<{ stack: Stack; line: BadLine }> {
  const port = await freePort();
  const discord = await startDiscord(`http://localhost:${port}`);
  onTestFinished(() => discord.close());
  const line = await startBadLine(discord.sandbox.url);
  const bff = await startBff(
    { ...discord.environment, DISCORD_API_URL: `${line.url}/api`, ...environment },
    { ...options, port },
  );
  onTestFinished(() => bff.close());
  return { stack: new Stack(discord, bff), line };
}

/** BFF processes on one directory and address, one after the other, on a bad line to Discord. */
export async function openProcessesOnBadLine() {
  const port = await freePort();
  const discord = await startDiscord(`http://localhost:${port}`);
  onTestFinished(() => discord.close());
  const line = await startBadLine(discord.sandbox.url);
  const directory = directoryForTest();
  const start = (environment: Record<string, string> = {}) =>
    startBffProcess({
      ...discord.environment,
      DISCORD_API_URL: `${line.url}/api`,
      PORT: String(port),
      DATA_DIR: directory,
      ...environment,
    });
  return { discord, line, directory, start };
}
