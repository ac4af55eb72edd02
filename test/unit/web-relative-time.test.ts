import { afterEach, describe, expect, it } from 'vitest';
import { formatClockTime, formatMoment, formatRelativeTime } from '../../web/i18n/relative-time.ts';

const ownZone = process.env.TZ;
afterEach(() => {
  if (ownZone === undefined) delete process.env.TZ;
  else process.env.TZ = ownZone;
});

/** Says, to someone in `zone` at `now`, how long ago `then` was. Both without an offset are of that zone. */
function say(zone: string, then: string, now: string, language: 'en' | 'ko' = 'en') {
  process.env.TZ = zone;
  return formatRelativeTime(language, Date.parse(then), Date.parse(now));
}

describe('how long ago', () => {
  it.each([
    ['2026-05-01T11:59:30.000Z', null, null],
    ['2026-05-01T12:00:30.000Z', null, null], // the clocks disagree
    ['2026-05-01T11:59:00.000Z', '1 minute ago', '1분 전'],
    ['2026-05-01T11:57:01.000Z', '2 minutes ago', '2분 전'],
    ['2026-05-01T11:00:01.000Z', '59 minutes ago', '59분 전'],
    ['2026-05-01T09:00:00.000Z', '3 hours ago', '3시간 전'],
    ['2026-04-30T12:00:00.000Z', 'yesterday', '어제'],
    ['2026-04-01T12:00:00.000Z', '30 days ago', '30일 전'],
    ['2026-03-31T23:00:00.000Z', 'March 31, 2026', '2026년 3월 31일'],
    ['2024-01-01T12:00:00.000Z', 'January 1, 2024', '2024년 1월 1일'],
  ])('%s is "%s", "%s"', (then, english, korean) => {
    expect(say('UTC', then, '2026-05-01T12:00:00.000Z')).toBe(english);
    expect(say('UTC', then, '2026-05-01T12:00:00.000Z', 'ko')).toBe(korean);
  });

  it.each([
    // 47 hours are two calendar days.
    ['2026-05-01T13:00:00', '2026-05-03T12:00:00', '2 days ago', '그저께'],
    ['2026-05-01T01:00:00', '2026-05-02T23:00:00', 'yesterday', '어제'],
    // A midnight between them does not turn two hours into a day.
    ['2026-05-01T23:00:00', '2026-05-02T01:00:00', '2 hours ago', '2시간 전'],
    // A long day is not yesterday.
    ['2026-05-01T00:10:00', '2026-05-01T23:50:00', '23 hours ago', '23시간 전'],
    ['2026-05-01T11:30:00', '2026-05-02T00:30:00', 'yesterday', '어제'],
  ])('from %s to %s is "%s", "%s", anywhere', (then, now, english, korean) => {
    for (const zone of ['Asia/Seoul', 'America/New_York', 'Pacific/Kiritimati', 'Asia/Kathmandu']) {
      expect(say(zone, then, now), zone).toBe(english);
      expect(say(zone, then, now, 'ko'), zone).toBe(korean);
    }
  });

  it('counts the days of the reader, not those of Greenwich', () => {
    const [then, now] = ['2026-05-01T14:30:00.000Z', '2026-05-02T14:00:00.000Z'];
    expect(say('UTC', then, now)).toBe('yesterday');
    expect(say('Asia/Seoul', then, now)).toBe('yesterday'); // 23:30 on the 1st, 23:00 on the 2nd
    expect(say('Asia/Seoul', '2026-05-01T15:30:00.000Z', now)).toBe('22 hours ago'); // 00:30 on the 2nd
  });

  it.each([
    // Clocks go forward: the 8th of March has 23 hours in New York.
    ['America/New_York', '2026-03-07T12:00:00', '2026-03-08T12:00:00', 'yesterday'],
    ['America/New_York', '2026-03-07T12:00:00', '2026-03-09T00:10:00', '2 days ago'],
    // And back: the 1st of November has 25.
    ['America/New_York', '2026-10-31T12:00:00', '2026-11-01T23:30:00', 'yesterday'],
    ['America/New_York', '2026-10-31T23:59:00', '2026-11-02T00:01:00', '2 days ago'],
    ['Europe/Berlin', '2026-03-20T12:00:00', '2026-04-19T12:00:00', '30 days ago'],
    // Here the clocks change at midnight, which that day does not have.
    ['Africa/Cairo', '2026-04-23T22:00:00', '2026-04-24T23:00:00', 'yesterday'],
  ])('in %s a day with a change of the clocks is one day (%s to %s)', (zone, then, now, words) => {
    expect(say(zone, then, now)).toBe(words);
  });
});

describe('an exact time', () => {
  it('is of the reader’s own zone and language', () => {
    process.env.TZ = 'Asia/Seoul';
    const then = Date.parse('2026-05-01T05:05:00.000Z');
    expect(formatMoment('ko', then)).toMatch(/^2026년 5월 1일.* 오후 2:05$/);
    expect(formatMoment('en', then)).toMatch(/^May 1, 2026.* 2:05.PM$/);
  });

  it('is the time of day alone while it is today', () => {
    process.env.TZ = 'Asia/Seoul';
    const then = Date.parse('2026-05-01T05:05:00.000Z');
    expect(formatClockTime('ko', then, then + 60_000)).toBe('오후 2:05');
    expect(formatClockTime('ko', then, then + 86_400_000)).toContain('5월 1일');
  });
});
