import { onTestFinished } from 'vitest';

/**
 * Runs `close` when the current test ends, unless it has been run before. Outside a test, in a `beforeAll`, it is left
 * to the caller.
 */
export function closeAfterTest(close: () => void | Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  async function closeOnce(): Promise<void> {
    closing ??= Promise.resolve(close());
    await closing;
  }
  try {
    onTestFinished(closeOnce);
  } catch {
    // no test is running
  }
  return closeOnce;
}
