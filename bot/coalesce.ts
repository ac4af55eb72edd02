/**
 * Wraps an action so that it runs at most once per `intervalMs`, however often it is asked for: at once when it has
 * rested that long, else when the interval ends. The last request is never lost.
 */
export function coalesce(action: () => void, intervalMs: number): () => void {
  let resting: NodeJS.Timeout | undefined;
  let isRequested = false;

  function run(): void {
    isRequested = false;
    action();
    resting = setTimeout(() => {
      resting = undefined;
      if (isRequested) run();
    }, intervalMs);
    resting.unref();
  }

  return () => {
    isRequested = true;
    if (resting === undefined) run();
  };
}
