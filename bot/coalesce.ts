/**
 * Wraps an action so that it runs at most once per `intervalMs`, however often it is asked for: at once when it has
 * rested that long, else when the interval ends. The last request is never lost.
 */
export function coalesce(action: () => void, intervalMs: number): () => void {
  let resting: NodeJS.Timeout | undefined;
  let asked = false;

  function run(): void {
    asked = false;
    action();
    resting = setTimeout(() => {
      resting = undefined;
      if (asked) run();
    }, intervalMs);
    resting.unref();
  }

  return () => {
    asked = true;
    if (resting === undefined) run();
  };
}
