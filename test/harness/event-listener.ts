/** Somebody who listens to `/api/events`. */
import { type IncomingMessage, request } from 'node:http';
import { onTestFinished } from 'vitest';

/** What a `guild-count` event says: the body of `GET /api/guild-count`. */
export type GuildCountEvent = {
  data?: { guild_count: number; stale: boolean };
  error?: { code: string };
};

export type EventListener = Awaited<ReturnType<typeof listen>>;

/** Opens a stream for the running test. Resolves with the answer's head. */
export async function listen(url: string, headers: Record<string, string> = {}) {
  let text = '';
  const sent = request(`${url}/api/events`, { agent: false, headers });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
    sent.end();
  });
  sent.on('error', () => undefined);
  response.on('error', () => undefined); // cut off, which is what some tests are about
  response.on('data', (chunk: Buffer) => (text += chunk.toString()));
  let isOpen = true;
  const ended = new Promise<void>((resolve) => response.once('close', resolve)).then(
    () => void (isOpen = false),
  );
  onTestFinished(() => void sent.destroy());

  const said = <T>(event: string): T[] =>
    text
      .split('\n\n')
      .filter((block) => block.split('\n').includes(`event: ${event}`))
      .map((block) => JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null') as T);

  return {
    status: response.statusCode,
    headers: response.headers,
    text: () => text,
    isOpen: () => isOpen,
    /** What was said of the count so far. */
    counts: () => said<GuildCountEvent>('guild-count'),
    /** What was said of the session so far. */
    sessionEvents: () => said<{ ended: boolean }>('session'),
    hangUp: () => void sent.destroy(),
    ended,
  };
}
