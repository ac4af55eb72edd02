/** What this browser remembers for a person. Storage can be blocked or full; then nothing is remembered, nothing breaks. */

/** Reads a remembered value, or null. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // Blocked by the browser's settings.
  }
}

/** Remembers a value; `null` forgets it. */
export function writeStored(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Blocked or full: the choice holds until the page is closed.
  }
}
