import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, request } from '../../web/api.ts';
import { problemOf } from '../../web/problem.ts';
import { retryDelay, shouldRetry } from '../../web/query-client.ts';

let answer: RequestListener;
let asked: string[] = [];
const server = createServer((req, res) => {
  asked.push(`${req.method} ${req.url} ${req.headers['x-csrf']}`);
  answer(req, res);
});

// The browser resolves paths against the page; Node's fetch has no page.
const nodeFetch = globalThis.fetch;
beforeEach(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  vi.stubGlobal('fetch', (path: string, init: RequestInit) =>
    nodeFetch(`http://127.0.0.1:${port}${path}`, init),
  );
  asked = [];
});
afterEach(async () => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

const replying =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_, res) => {
    res.writeHead(status, headers);
    res.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const refusal = (code: string) => ({ error: { code, message: 'no' }, version: '1' });
const failing = (path: string) => request('GET', path).catch((error: unknown) => error as ApiError);

describe('a request', () => {
  it('carries the CSRF header and answers what is in the envelope', async () => {
    answer = replying(200, { data: { guild_count: 3 }, version: '1' });
    expect(await request('GET', '/api/a')).toEqual({ guild_count: 3 });
    expect(asked).toEqual(['GET /api/a 1']);
  });

  it('answers nothing for a 204', async () => {
    answer = replying(204, '');
    expect(await request('POST', '/api/logout')).toBeUndefined();
  });

  it('throws the code, the status and the message of a failure', async () => {
    answer = replying(401, refusal('not_signed_in'));
    expect(await failing('/api/b')).toMatchObject({
      code: 'not_signed_in',
      status: 401,
      message: 'no',
    });
  });

  it.each([
    [200, '<html>'],
    [200, 'null'],
    [200, '[]'],
    [502, 'Bad Gateway'],
  ])('that is answered %i %s is unreadable', async (status, body) => {
    answer = replying(status, body);
    expect(await failing('/api/c')).toMatchObject({ code: 'unreadable', status });
  });

  it('that nobody answers is unreachable', async () => {
    answer = (req) => req.socket.destroy();
    expect(await failing('/api/d')).toMatchObject({ code: 'unreachable', status: 0 });
  });

  it('that nobody answers in time has timed out', async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(50));
    answer = () => {};
    expect(await failing('/api/f')).toMatchObject({ code: 'timed_out', status: 0 });
    vi.restoreAllMocks();
  });

  it('is not repeated before Retry-After is over', async () => {
    answer = replying(429, refusal('rate_limited'), { 'retry-after': '1' });
    expect(await failing('/api/e')).toMatchObject({ status: 429, retryAfterMs: 1000 });
    answer = replying(200, { data: 'again', version: '1' });
    expect(await failing('/api/e')).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(asked).toHaveLength(1);
    await new Promise((resolve) => void setTimeout(resolve, 1050));
    expect(await request('GET', '/api/e')).toBe('again');
  });
});

const failure = (status: number, code: ApiError['code'], retryAfterMs: number | null = null) =>
  new ApiError({ status, code, message: '', retryAfterMs });

describe('a failure', () => {
  it.each([
    [failure(0, 'unreachable'), true],
    [failure(0, 'timed_out'), false], // a whole deadline was waited for already
    [failure(503, 'storage_unavailable'), true],
    [failure(503, 'storage_unavailable', 60_000), false],
    [failure(502, 'unreadable'), true],
    // Known to be away: the same answer would come again.
    [failure(502, 'discord_unavailable'), false],
    [failure(503, 'discord_unavailable', 2000), false],
    [failure(503, 'bot_unavailable'), false],
    [failure(401, 'not_signed_in'), false],
    [failure(429, 'rate_limited', 1000), false],
    [new TypeError('ours'), false],
  ])('%o is tried again: %s', (error, again) => {
    expect(shouldRetry(0, error)).toBe(again);
    expect(shouldRetry(2, error)).toBe(false);
  });

  it('waits as long as it was asked to, else a little longer each time', () => {
    expect(retryDelay(0, failure(503, 'storage_unavailable', 2500))).toBe(2500);
    expect([0, 1].map((n) => retryDelay(n, failure(502, 'unreadable')))).toEqual([1000, 2000]);
  });

  it.each([
    [failure(401, 'not_signed_in'), 'signed_out'],
    [failure(403, 'missing_scope'), 'not_allowed'],
    [failure(404, 'not_found'), 'not_found'],
    [failure(503, 'bot_unavailable'), 'bot_away'],
    [failure(504, 'discord_unavailable'), 'discord_away'],
    [failure(429, 'rate_limited'), 'slow_down'],
    [failure(403, 'discord_not_connected'), 'not_connected'],
    [failure(0, 'unreachable'), 'unreachable'],
    [failure(0, 'timed_out'), 'unreachable'],
    [failure(502, 'unreadable'), 'unreachable'],
    [failure(200, 'unreadable'), 'broken'],
    [failure(500, 'internal_error'), 'broken'],
    [new TypeError('ours'), 'broken'],
  ])('%o gets the screen %s', (error, problem) => {
    expect(problemOf(error)).toBe(problem);
  });
});
