/** The time of day as the BFF and the sandbox read it, for tests of what runs out. Timers run on as they do. */
import { onTestFinished, vi } from 'vitest';

/** Moves the clock of the running test forward. */
export function passTime(by: { seconds?: number; hours?: number; days?: number }): void {
  const ms = ((by.days ?? 0) * 24 + (by.hours ?? 0)) * 3_600_000 + (by.seconds ?? 0) * 1_000;
  const now = Date.now() + ms;
  if (!vi.isFakeTimers()) {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
  }
  vi.setSystemTime(now);
}
