import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GuildIndex } from '../../bot/guild-index.ts';

const start = new Date('2026-01-01T00:00:00.000Z');

beforeEach(() => {
  vi.useFakeTimers({ now: start });
});
afterEach(() => {
  vi.useRealTimers();
});

function indexOf(shards: Record<number, string[]>, changed?: () => void) {
  const index = new GuildIndex(changed);
  index.expectShards(Object.keys(shards).map(Number));
  for (const [shard, guilds] of Object.entries(shards)) index.confirmShard(Number(shard), guilds);
  return index;
}

test('before any shard has spoken nothing is known, and the shards say so', () => {
  const index = new GuildIndex();
  index.expectShards([0, 1]);
  expect(index.count()).toEqual({
    guild_count: 0,
    unavailable: 0,
    shards: { ready: 0, total: 2 },
    as_of: start.toISOString(),
  });
});

test('joins and leaves move the count', () => {
  const index = indexOf({ 0: ['1', '2'] });
  index.addGuild(0, '3');
  index.addGuild(0, '3');
  index.removeGuild('1');
  index.removeGuild('1');
  expect(index.count().guild_count).toBe(2);
  expect(['1', '2', '3'].filter((id) => index.has(id))).toEqual(['2', '3']);
});

test('READY announces servers as unavailable only until they come; that is no outage', () => {
  const index = indexOf({ 0: ['1', '2'] });
  expect(index.count()).toMatchObject({ guild_count: 2, unavailable: 0 });
});

test('an outage keeps the server and counts it as unavailable until it is back', () => {
  const index = indexOf({ 0: ['1', '2'] });
  index.markUnavailable(0, ['1']);
  expect(index.count()).toMatchObject({ guild_count: 2, unavailable: 1 });
  index.addGuild(0, '1');
  expect(index.count()).toMatchObject({ guild_count: 2, unavailable: 0 });
});

test('a server left during its outage is neither there nor unavailable', () => {
  const index = indexOf({ 0: ['1'] });
  index.markUnavailable(0, ['1']);
  index.removeGuild('1');
  expect(index.count()).toMatchObject({ guild_count: 0, unavailable: 0 });
});

test('a server left while the session was dead is gone after READY, and its outage with it', () => {
  const index = indexOf({ 0: ['1', '2'], 1: ['3'] });
  index.markUnavailable(0, ['2', '1']);
  index.loseShard(0);
  index.confirmShard(0, ['1', '4']);
  expect(index.count()).toMatchObject({ guild_count: 3, unavailable: 1 });
  expect(['1', '2', '3', '4'].filter((id) => index.has(id))).toEqual(['1', '3', '4']);
});

test('a lost shard keeps its servers, and the count is as of the loss', () => {
  const index = indexOf({ 0: ['1'], 1: ['2'] });
  vi.advanceTimersByTime(1_000);
  index.loseShard(1);
  vi.advanceTimersByTime(1_000);
  index.loseShard(1);
  index.loseShard(0);
  vi.advanceTimersByTime(1_000);
  expect(index.count()).toEqual({
    guild_count: 2,
    unavailable: 0,
    shards: { ready: 0, total: 2 },
    as_of: '2026-01-01T00:00:01.000Z',
  });
  index.resumeShard(1);
  expect(index.count()).toMatchObject({
    shards: { ready: 1, total: 2 },
    as_of: '2026-01-01T00:00:02.000Z',
  });
  index.resumeShard(0);
  expect(index.count()).toMatchObject({
    shards: { ready: 2, total: 2 },
    as_of: '2026-01-01T00:00:03.000Z',
  });
});

test('another number of shards deals the servers out anew and loses none', () => {
  const index = indexOf({ 0: ['1', '2', '3'] });
  index.expectShards([0, 1]);
  index.confirmShard(1, ['2']);
  index.confirmShard(0, ['1', '3']);
  expect(index.count()).toMatchObject({ guild_count: 3, shards: { ready: 2, total: 2 } });
  expect([index.countOnShard(0), index.countOnShard(1)]).toEqual([2, 1]);

  index.expectShards([0]);
  index.confirmShard(0, ['1', '2', '3']);
  expect(index.count()).toMatchObject({ guild_count: 3, shards: { ready: 1, total: 1 } });
  expect(index.countOnShard(0)).toBe(3);
});

test('every change is announced, and what changes nothing is not', () => {
  const changed = vi.fn();
  const index = indexOf({ 0: ['1', '2'] }, changed);
  const announced = (act: () => void) => {
    changed.mockClear();
    act();
    return changed.mock.calls.length;
  };
  expect(announced(() => index.addGuild(0, '1'))).toBe(0);
  expect(announced(() => index.addGuild(0, '3'))).toBe(1);
  expect(announced(() => index.removeGuild('9'))).toBe(0);
  expect(announced(() => index.removeGuild('3'))).toBe(1);
  expect(announced(() => index.markUnavailable(0, ['1', '2']))).toBe(1);
  expect(announced(() => index.markUnavailable(0, ['1']))).toBe(0);
  expect(announced(() => index.markUnavailable(0, []))).toBe(0);
  expect(announced(() => index.addGuild(0, '1'))).toBe(1);
  expect(announced(() => index.loseShard(0))).toBe(1);
  expect(announced(() => index.loseShard(0))).toBe(0);
  expect(announced(() => index.resumeShard(0))).toBe(1);
});
