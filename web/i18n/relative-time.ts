/** When something was, in words a person would use. */
import type { Language } from '../../shared/pages.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** Until then "5 hours ago" says more than "yesterday", whether or not a midnight lies between. */
const longestHours = 12;
/** Beyond it nobody counts back; a date says more. */
const longestDays = 30;

/**
 * "2 minutes ago", "어제", "12 March 2026": minutes and hours by the clock, days by the calendar of the local time zone (at
 * one in the morning, yesterday is what was before midnight), beyond 30 days the date. Null when less than a minute has
 * passed (or the clocks disagree and it lies ahead), for which every language has a better word than a number.
 */
export function formatRelativeTime(language: Language, then: number, now: number): string | null {
  const elapsedMs = now - then;
  if (elapsedMs < minuteMs) return null;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (elapsedMs < hourMs) return format.format(-Math.floor(elapsedMs / minuteMs), 'minute');
  const days = calendarDays(then, now);
  const hours = Math.floor(elapsedMs / hourMs);
  if (days === 0 || hours < longestHours) return format.format(-hours, 'hour');
  if (days <= longestDays) return format.format(-days, 'day');
  return new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(then);
}

/** Date and time to the minute, in the local time zone: "March 12, 2026 at 2:05 PM". */
export function formatMoment(language: Language, then: number): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(then);
}

/** The time of day when it was today, else {@link formatMoment}. */
export function formatClockTime(language: Language, then: number, now: number): string {
  return calendarDays(then, now) === 0
    ? new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(then)
    : formatMoment(language, then);
}

/** How many midnights lie between two moments. A day with a change of the clocks has 23 or 25 hours, and is still one. */
function calendarDays(then: number, now: number): number {
  return Math.round((midnightBefore(now) - midnightBefore(then)) / dayMs);
}

function midnightBefore(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}
