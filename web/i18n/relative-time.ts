/** How long ago something was, in words. */
import type { Language } from '../../shared/pages.ts';

const steps = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

/**
 * "2 minutes ago", "어제"; null when less than a minute has passed (or the clocks disagree and it lies ahead), for which
 * every language has a better word than a number. Rounds down: 119 seconds are one minute.
 */
export function formatRelativeTime(language: Language, then: number, now: number): string | null {
  const elapsed = now - then;
  const step = steps.find(({ ms }) => elapsed >= ms);
  if (!step) return null;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  return format.format(-Math.floor(elapsed / step.ms), step.unit);
}
