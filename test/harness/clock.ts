/** The time of day and the monotonic clock as the BFF and the sandbox read them, for tests of what runs out. Timers run on as they do. */
import { onTestFinished, vi } from 'vitest';

let aheadMs = 0;

/** Moves the clocks of the running test forward. */
export function passTime(by: { seconds?: number; hours?: number; days?: number }): void {
  const ms = ((by.days ?? 0) * 24 + (by.hours ?? 0)) * 3_600_000 + (by.seconds ?? 0) * 1_000;
  setClock(Date.now() + ms);
  if (aheadMs === 0) {
    const now = performance.now.bind(performance);
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
    onTestFinished(() => {
      spy.mockRestore();
      aheadMs = 0;
    });
  }
  aheadMs += ms;
}

/** Sets the time of day of the running test, as somebody who corrects a machine's clock does: the monotonic one goes on. */
export function setClock(to: number): void {
  if (!vi.isFakeTimers()) {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
  }
  vi.setSystemTime(to);
}
