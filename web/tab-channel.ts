/** A line between the tabs of this browser. What a tab posts reaches the others, never itself. */
export type TabChannel<T> = { post: (message: T) => void; close: () => void };

/** Opens the line called `name`; messages of the others reach `onMessage`. */
export function openTabChannel<T>(name: string, onMessage: (message: T) => void): TabChannel<T> {
  const channel = new BroadcastChannel(name);
  channel.addEventListener('message', (event: MessageEvent<T>) => onMessage(event.data));
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel never leaves its origin
    post: (message) => channel.postMessage(message),
    close: () => channel.close(),
  };
}
