import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createOutbound, OutboundError } from '../../bff/outbound.ts';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A server that does with each connection what it is told. */
async function listenRaw(use: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const port = await listen(
    createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      use(socket);
    }),
  );
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return port;
}

async function listenHttp(answer: RequestListener): Promise<number> {
  const server = createHttpServer(answer);
  onTestFinished(() => server.closeAllConnections());
  return await listen(server);
}

async function reasonOf(url: string): Promise<string> {
  const outbound = createOutbound({ timeoutMs: 400 });
  const error = await outbound(url, { method: 'POST', body: 'x' }).catch((each: unknown) => each);
  return error instanceof OutboundError ? error.reason : `no failure: ${String(error)}`;
}

describe('a call that fails', () => {
  // Whether a refresh token is spent hangs on this.
  it('AV-05 was never sent, as long as no connection came about', async () => {
    const silent = await listenRaw(() => undefined);
    const cut = await listenRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await reasonOf('http://127.0.0.1:9/')).toBe('unreachable');
    expect(await reasonOf('http://guildhall.invalid/')).toBe('unreachable');
    expect(await reasonOf(`https://127.0.0.1:${silent}/`)).toBe('unreachable');
    expect(await reasonOf(`https://127.0.0.1:${cut}/`)).toBe('unreachable');
  });

  it('AV-05 may have been heard, once there was one', async () => {
    const silent = await listenRaw(() => undefined);
    const cut = await listenRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const half = await listenHttp((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('x', () => response.destroy());
    });
    expect(await reasonOf(`http://127.0.0.1:${silent}/`)).toBe('timeout');
    expect(await reasonOf(`http://127.0.0.1:${cut}/`)).toBe('broken');
    expect(await reasonOf(`http://127.0.0.1:${half}/`)).toBe('broken');
  });

  it('AV-05 may have been heard on a connection that was used before', async () => {
    let requests = 0;
    const port = await listenHttp((request, response) => {
      requests += 1;
      if (requests === 1) response.end('{}');
      else request.socket.resetAndDestroy();
    });
    const outbound = createOutbound({ timeoutMs: 400 });
    const url = `http://127.0.0.1:${port}/`;
    expect((await outbound(url, { method: 'POST', body: 'x' })).status).toBe(200);
    await expect(outbound(url, { method: 'POST', body: 'x' })).rejects.toMatchObject({
      reason: 'broken',
    });
  });
});
