/** The count has two ways through the BFF, and whoever asks must not be able to tell which one was taken. */
import { expect, it, onTestFinished } from 'vitest';
import { startFakeBot } from '../../harness/fake-bot.ts';
import { rawRequest } from '../../harness/raw-request.ts';
import { startStack } from '../../harness/stack.ts';

async function startWithCount(environment: Record<string, string> = {}) {
  const stack = await startStack(environment);
  const bot = await startFakeBot(stack.bff.config.botSocket, ['1', '2']);
  onTestFinished(() => bot.close());
  const visitor = stack.visitor();
  await expect.poll(async () => (await visitor.get('/api/guild-count')).status).toBe(200);
  return { stack, visitor };
}

it.each(['http://localhost:4000', 'https://bot.example'])(
  'C4 every spelling of the question gets the same headers and body at %s',
  async (publicUrl) => {
    const { visitor } = await startWithCount({ PUBLIC_URL: publicUrl });
    const { headers, body } = await visitor.get('/api/guild-count');
    expect(headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
    expect(JSON.parse(body)).toMatchObject({ data: { guild_count: 2, stale: false } });
    for (const other of ['/api/guild-count?', '/api/guild-count?x=1', '/api/guild-count/']) {
      const answer = await visitor.get(other);
      expect(answer.status, other).toBe(200);
      expect(answer.body, other).toBe(body);
      expect({ ...answer.headers, date: '', 'x-request-id': '' }, other).toEqual({
        ...headers,
        date: '',
        'x-request-id': '',
      });
    }
  },
);

it('C4 every spelling has its line in the log, with the id that was answered', async () => {
  const { stack, visitor } = await startWithCount();
  for (const target of ['/api/guild-count', '/api/guild-count?x=1']) {
    const { headers } = await visitor.get(target);
    await expect
      .poll(() =>
        stack.bff.log
          .map((line) => JSON.parse(line) as Record<string, unknown>)
          .find((line) => line.request_id === headers['x-request-id']),
      )
      .toEqual({
        level: 30,
        time: expect.any(String),
        name: 'bff',
        event: 'request',
        request_id: headers['x-request-id'],
        method: 'GET',
        path: '/api/guild-count',
        status: 200,
        ms: expect.any(Number),
        msg: 'request',
      });
  }
});

it.each([
  ['two Hosts', 'host: localhost\r\nhost: evil.test\r\n', 400],
  ['no Host', '', 400],
  ['a body too large', 'host: localhost\r\ncontent-length: 99999\r\n', 413],
])('C4 what the other way refuses is refused here as well: %s', async (_what, head, status) => {
  const { stack } = await startWithCount();
  const answer = await rawRequest(
    stack.bff.url,
    `GET /api/guild-count HTTP/1.1\r\nconnection: close\r\n${head}\r\n`,
  );
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});

it('C4 is asked for many times on one connection, each answered in its turn', async () => {
  const { stack } = await startWithCount();
  const targets = ['/api/guild-count', '/api/guild-count?x', '/healthz', '/api/guild-count'];
  const questions = targets.map((target) => `GET ${target} HTTP/1.1\r\nhost: x\r\n\r\n`);
  const answer = await rawRequest(
    stack.bff.url,
    `${questions.join('')}GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
  );
  expect(answer.match(/HTTP\/1\.1 200 /g)).toHaveLength(5);
  expect(answer.match(/"guild_count":2/g)).toHaveLength(3);
});
