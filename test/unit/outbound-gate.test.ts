import { describe, expect, it } from 'vitest';
import { type Call, createOutboundGate, retryAfterOf } from '../../bff/outbound-gate.ts';

const list: Call = {
  origin: 'https://discord.test',
  route: 'GET https://discord.test/guilds',
  person: 'ada',
};
const otherPersonsList = { ...list, person: 'sam' };
const token: Call = {
  origin: 'https://discord.test',
  route: 'POST https://discord.test/token',
  person: undefined,
};
const elsewhere: Call = {
  origin: 'https://google.test',
  route: 'POST https://google.test/token',
  person: undefined,
};

function listOf(number: number): Call {
  return { ...list, person: `person ${number}` };
}

const seconds = 1_000;
const minutes = 60_000;

/** A gate on a clock that stands still until it is moved. */
function gateOnClock() {
  let now = 0;
  const gate = createOutboundGate(() => now);
  return {
    gate,
    pass: (ms: number) => void (now += ms),
    isOpen: (call: Call) => gate.heldBack(call) === undefined,
    answer: (call: Call, status: number, headers: Record<string, string> = {}) =>
      gate.answered(call, status, new Headers(headers)),
  };
}

describe('the gate in front of outbound calls', () => {
  it('AV-04 holds a route for everybody as long as Retry-After says, and no other route', () => {
    const { gate, pass, isOpen, answer } = gateOnClock();
    answer(list, 429, { 'retry-after': '60' });
    expect(gate.heldBack(otherPersonsList)?.retryAfterMs).toBe(60 * seconds);
    expect([token, elsewhere].map(isOpen)).toEqual([true, true]);
    pass(59 * seconds);
    expect(isOpen(list)).toBe(false);
    pass(1 * seconds);
    expect(isOpen(list)).toBe(true);
  });

  it.each([
    ['x-ratelimit-scope', 'global'],
    ['x-ratelimit-global', 'true'],
  ])('AV-04 holds everything at one provider when it says %s: %s', (name, value) => {
    const { pass, isOpen, answer } = gateOnClock();
    answer(list, 429, { 'retry-after': '5', [name]: value });
    expect([list, otherPersonsList, token, elsewhere].map(isOpen)).toEqual([
      false,
      false,
      false,
      true,
    ]);
    pass(5 * seconds);
    expect([list, otherPersonsList, token].map(isOpen)).toEqual([true, true, true]);
  });

  it('AV-04 holds one person where the limit is one person’s', () => {
    const { isOpen, answer } = gateOnClock();
    answer(list, 429, { 'retry-after': '60', 'x-ratelimit-scope': 'user' });
    expect([list, otherPersonsList, token].map(isOpen)).toEqual([false, true, true]);
  });

  it('AV-04 remembers ten thousand people’s pauses and no more, and never forgets one that is for everybody', () => {
    const { isOpen, answer } = gateOnClock();
    const headers = { 'retry-after': '60', 'x-ratelimit-scope': 'user' };
    answer(token, 429, { 'retry-after': '60', 'x-ratelimit-scope': 'shared' });
    // Few enough refusals of each kind: 503 counts towards no budget.
    for (let number = 0; number < 10_001; number += 1) answer(listOf(number), 503, headers);
    expect(isOpen(listOf(0))).toBe(true);
    expect(isOpen(listOf(1))).toBe(false);
    expect(isOpen(listOf(10_000))).toBe(false);
    expect(isOpen(token)).toBe(false);
  });

  it.each([
    ['no Retry-After', {}, 1 * seconds],
    ['nonsense', { 'retry-after': 'soon' }, 1 * seconds],
    ['a fraction', { 'retry-after': '0.25' }, 250],
    ['a day', { 'retry-after': '86400' }, 60 * minutes],
    ['a date', { 'retry-after': new Date(Date.now() + 30_000).toUTCString() }, 30 * seconds],
  ])('AV-04 understands %s', (_what, headers, expectedMs) => {
    const { gate, answer } = gateOnClock();
    answer(list, 429, headers);
    expect(Math.abs((gate.heldBack(list)?.retryAfterMs ?? 0) - expectedMs)).toBeLessThan(1_500);
    if (expectedMs < 1_000) expect(gate.heldBack(list)?.retryAfterMs).toBe(expectedMs);
  });

  it('AV-04 never shortens a pause', () => {
    const { gate, answer } = gateOnClock();
    answer(list, 429, { 'retry-after': '60' });
    answer(list, 429, { 'retry-after': '1' });
    expect(gate.heldBack(list)?.retryAfterMs).toBe(60 * seconds);
  });

  it('AV-04 lets no more than 500 refused calls out in ten minutes, and recovers as they grow old', () => {
    const { gate, pass, isOpen, answer } = gateOnClock();
    for (let time = 0; time < 250; time += 1) answer(list, 401);
    pass(5 * minutes);
    for (let time = 0; time < 249; time += 1) answer(token, 403);
    expect(isOpen(elsewhere)).toBe(true);
    answer(list, 403);
    expect([list, token, elsewhere].map(isOpen)).toEqual([false, false, false]);
    expect(gate.heldBack(list)?.retryAfterMs).toBeGreaterThan(0);
    pass(4 * minutes);
    expect(isOpen(list)).toBe(false);
    pass(2 * minutes);
    expect([list, token].map(isOpen)).toEqual([true, true]);
  });

  it('AV-04 counts neither what works, nor codes that were wrong, nor limits that are nobody’s fault', () => {
    const { pass, isOpen, answer } = gateOnClock();
    for (let time = 0; time < 2_000; time += 1) {
      answer(list, 200);
      answer(token, 400);
      answer(token, 500);
      answer(list, 429, { 'x-ratelimit-scope': 'shared', 'retry-after': '0' });
    }
    pass(1);
    expect([list, token].map(isOpen)).toEqual([true, true]);
  });

  it('AV-04 lets 64 calls of a route out at once, 256 wait in turn, and turns the rest away', async () => {
    const { gate } = gateOnClock();
    const leaves = await Promise.all(Array.from({ length: 64 }, () => gate.enter(list, 1_000)));
    expect(leaves.every((leave) => leave !== undefined)).toBe(true);
    const order: number[] = [];
    const waiting = Array.from({ length: 256 }, async (_, index) => {
      const leave = await gate.enter(list, 10_000);
      order.push(index);
      return leave;
    });
    expect(await gate.enter(list, 10_000)).toBeUndefined();
    expect(await gate.enter(token, 1)).toBeDefined();
    leaves[0]?.();
    const first = await waiting[0];
    expect(order).toEqual([0]);
    first?.();
    (await waiting[1])?.();
    leaves[1]?.();
    for (const each of waiting.slice(2)) (await each)?.();
    expect(order).toEqual(Array.from({ length: 256 }, (_, index) => index));
    for (const leave of leaves.slice(2)) leave?.();
    expect(await gate.enter(list, 1)).toBeDefined();
  });

  it('AV-04 lets nobody wait for longer than they can, and loses no place by it', async () => {
    const { gate } = gateOnClock();
    const leaves = await Promise.all(Array.from({ length: 64 }, () => gate.enter(list, 1_000)));
    expect(await gate.enter(list, 20)).toBeUndefined();
    leaves[0]?.();
    expect(await gate.enter(list, 20)).toBeDefined();
    expect(await gate.enter(list, 20)).toBeUndefined();
  });
});

describe('Retry-After', () => {
  it('is nothing when it is nonsense or lies in the past', () => {
    for (const text of ['', '-1', 'NaN', 'Infinity', 'soon', new Date(0).toUTCString()])
      expect(retryAfterOf(new Headers({ 'retry-after': text })), text).toBeUndefined();
  });
});
