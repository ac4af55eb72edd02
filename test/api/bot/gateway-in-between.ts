/** Stands between the bot and its Discord, passes everything on, and can say what Discord would. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { closeAfterTest } from './close-after-test.ts';

/** Starts it in front of `apiUrl`. It ends after the test. */
export async function startGatewayInBetween(apiUrl: string) {
  let bot: WebSocket | undefined;
  let sequence = 0;
  let gatewayUrl = '';

  const server = createServer(async (request, response) => {
    const answer = await fetch(`${new URL(apiUrl).origin}${request.url}`, {
      headers: { authorization: request.headers.authorization ?? '' },
    });
    const body = (await answer.json()) as { url?: string };
    if (body.url !== undefined) {
      gatewayUrl = body.url;
      body.url = `ws://127.0.0.1:${port}`;
    }
    response
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (fromBot, { url = '/' }) => {
    bot = fromBot;
    const toDiscord = new WebSocket(`${gatewayUrl}${new URL(url, gatewayUrl).search}`);
    const early: string[] = [];
    fromBot.on('message', (data) => {
      if (toDiscord.readyState === WebSocket.OPEN) toDiscord.send(String(data));
      else early.push(String(data));
    });
    toDiscord.on('open', () => early.forEach((message) => toDiscord.send(message)));
    toDiscord.on('message', (data) => {
      const { s } = JSON.parse(String(data)) as { s: number | null };
      sequence = s ?? sequence;
      fromBot.send(String(data));
    });
    toDiscord.on('close', () => fromBot.close());
    fromBot.on('close', () => toDiscord.close());
  });

  closeAfterTest(() => {
    for (const client of sockets.clients) client.terminate();
    server.close();
  });
  return {
    apiUrl: `http://127.0.0.1:${port}/api`,
    /** Dispatches an event to the bot. */
    dispatch: (t: string, d: object) => bot?.send(JSON.stringify({ op: 0, s: sequence, t, d })),
  };
}
