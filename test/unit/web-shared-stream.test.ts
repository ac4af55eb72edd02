import { afterEach, describe, expect, it, vi } from 'vitest';
import { freshnessOf } from '../../web/features/guild-count/freshness-of.ts';
import {
  backoffMs,
  joinSharedStream,
  type StreamState,
} from '../../web/features/guild-count/shared-stream.ts';

type Stream = Parameters<Parameters<typeof joinSharedStream>[1]>[0] & { closed: boolean };

/** Every stream any tab opened, in order. */
const streams: Stream[] = [];
const openStream: Parameters<typeof joinSharedStream>[1] = (on) => {
  const stream = { ...on, closed: false };
  streams.push(stream);
  return () => {
    stream.closed = true;
  };
};

const leaves: (() => void)[] = [];
/** A tab: what it last heard, and how to close it. Node's own Web Locks and BroadcastChannel stand in for the browser's. */
function openTab() {
  const heard: StreamState[] = [];
  const tab = { heard, endedSessions: 0 };
  const { leave, reopen } = joinSharedStream(navigator.locks, openStream, {
    onState: (state) => heard.push(state),
    onSessionEnded: () => {
      tab.endedSessions += 1;
    },
  });
  leaves.push(leave);
  return Object.assign(tab, { leave, reopen });
}

afterEach(() => {
  for (const leave of leaves.splice(0)) leave();
  streams.splice(0);
});

const open = () => streams.filter(({ closed }) => !closed);

describe('the shared stream', () => {
  it('is one for many tabs, and all of them hear it', async () => {
    const tabs = Array.from({ length: 8 }, openTab);
    await vi.waitFor(() => expect(open()).toHaveLength(1));
    streams[0]!.onOpen();
    streams[0]!.onGuildCount('{"data":1}');
    await vi.waitFor(() => {
      for (const { heard } of tabs)
        expect(heard.at(-1)).toEqual({ connected: true, body: '{"data":1}' });
    });
    expect(streams).toHaveLength(1);
  });

  it('tells a tab that comes later how things stand', async () => {
    openTab();
    await vi.waitFor(() => expect(open()).toHaveLength(1));
    streams[0]!.onGuildCount('late');
    const late = openTab();
    await vi.waitFor(() => expect(late.heard.at(-1)).toEqual({ connected: true, body: 'late' }));
  });

  it('goes to the next tab when the leading one closes', async () => {
    const first = openTab();
    await vi.waitFor(() => expect(open()).toHaveLength(1));
    const second = openTab();
    first.leave();
    await vi.waitFor(() => expect(streams).toHaveLength(2));
    expect(streams.map(({ closed }) => closed)).toEqual([true, false]);
    streams[1]!.onGuildCount('new leader');
    expect(second.heard.at(-1)).toEqual({ connected: true, body: 'new leader' });
    expect(first.heard).toEqual([]);
  });

  it('is opened again after it ended, and everyone hears of both', async () => {
    const leader = openTab();
    await vi.waitFor(() => expect(open()).toHaveLength(1));
    const follower = openTab();
    streams[0]!.onGuildCount('before');
    streams[0]!.onEnd();
    await vi.waitFor(() =>
      expect(follower.heard.at(-1)).toEqual({ connected: false, body: 'before' }),
    );
    await vi.waitFor(() => expect(streams).toHaveLength(2), 3000);
    streams[1]!.onOpen();
    expect(leader.heard.at(-1)).toEqual({ connected: true, body: 'before' });
  });

  it('tells every tab that the session it was opened with has ended', async () => {
    const tabs = Array.from({ length: 3 }, openTab);
    await vi.waitFor(() => expect(open()).toHaveLength(1));
    streams[0]!.onSessionEnded();
    await vi.waitFor(() =>
      expect(tabs.map(({ endedSessions }) => endedSessions)).toEqual([1, 1, 1]),
    );
  });

  it('is opened anew by the tab that holds it, and by no other, when a session has begun', async () => {
    const leader = openTab();
    await vi.waitFor(() => expect(open()).toHaveLength(1));
    const follower = openTab();
    follower.reopen();
    expect(streams).toHaveLength(1);
    leader.reopen();
    expect(streams.map(({ closed }) => closed)).toEqual([true, false]);
    streams[1]!.onGuildCount('anew');
    await vi.waitFor(() =>
      expect(follower.heard.at(-1)).toEqual({ connected: true, body: 'anew' }),
    );
  });

  it('waits longer after each failure, up to a bound', () => {
    const waits = [0, 1, 2, 3, 10].map((failures) => backoffMs(failures, 0.5));
    expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000]);
    expect(backoffMs(10, 1)).toBeLessThanOrEqual(20_000);
  });
});

describe('freshness', () => {
  const answer = {
    guild_count: 1,
    unavailable: 0,
    shards: { ready: 1, total: 1 },
    as_of: '2026-05-01T00:00:00.000Z',
    stale: false,
  };
  it('names the gravest thing first', () => {
    expect(freshnessOf(undefined, 'live', false)).toBe('connecting');
    expect(freshnessOf({ ...answer, stale: true }, 'lost', false)).toBe('offline');
    expect(freshnessOf({ ...answer, stale: true }, 'lost', true)).toBe('away');
    expect(freshnessOf({ ...answer, shards: { ready: 0, total: 1 } }, 'live', true)).toBe('behind');
    expect(freshnessOf(answer, 'lost', true)).toBe('lost');
    expect(freshnessOf(answer, 'live', true)).toBe('live');
  });
});
