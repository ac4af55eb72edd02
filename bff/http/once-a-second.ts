/** Tells of what repeats once a second, and how often it was, so that whoever repeats it cannot fill the log. */

const secondMs = 1_000;
/** More than these at once are told together: a thousand lines a second are enough, whoever comes. */
const maxKeys = 1_000;

type Repeated<Item> = { latest: Item; more: number };

/**
 * Gives a function that tells of an item at once when nothing of its key was told in the last second; what comes within
 * that second is told at its end, by its latest item and by how many `more` there were.
 */
export function onceASecond<Item>(
  tell: (item: Item, more: number) => void,
): (key: string, item: Item) => void {
  const repeated = new Map<string, Repeated<Item>>();

  function endSecond(key: string): void {
    const { latest, more } = repeated.get(key) as Repeated<Item>;
    if (more === 0) {
      repeated.delete(key);
      return;
    }
    tell(latest, more - 1);
    repeated.set(key, { latest, more: 0 });
    setTimeout(() => endSecond(key), secondMs).unref();
  }

  return function tellOnceASecond(key, item) {
    const bounded = repeated.has(key) || repeated.size < maxKeys ? key : '';
    const entry = repeated.get(bounded);
    if (entry !== undefined) {
      entry.latest = item;
      entry.more += 1;
      return;
    }
    tell(item, 0);
    repeated.set(bounded, { latest: item, more: 0 });
    setTimeout(() => endSecond(bounded), secondMs).unref();
  };
}
