/** Arrow keys among the servers: left and right to the neighbours, up and down to the row above and below. Tab goes on as it does. */
import { useEffect, type RefObject } from 'react';

const cellSelector = '[data-cell]';

/** Puts the focus on the first thing to do in the list. */
export function focusFirstStop(list: HTMLElement | null): void {
  const cell = list?.querySelector<HTMLElement>(cellSelector);
  if (cell) focusIn(cell, 'action');
}

/** Lets the arrow keys, Home and End move the focus from server to server inside `list`. */
export function useArrowKeys(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (!(event.target instanceof HTMLElement) || !list.current?.contains(event.target)) return;
      const cell = event.target.closest<HTMLElement>(cellSelector);
      if (!cell) return;
      const cells = [...list.current.querySelectorAll<HTMLElement>(cellSelector)];
      const next = neighbour(cells, cell, event.key);
      if (!next) return;
      event.preventDefault();
      focusIn(next, event.target.dataset.stop ?? 'action');
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [list]);
}

function neighbour(cells: HTMLElement[], from: HTMLElement, key: string): HTMLElement | undefined {
  const index = cells.indexOf(from);
  switch (key) {
    case 'ArrowLeft':
      return cells[index - 1];
    case 'ArrowRight':
      return cells[index + 1];
    case 'ArrowUp':
      return nearestInRow(cells.slice(0, index).toReversed(), from);
    case 'ArrowDown':
      return nearestInRow(cells.slice(index + 1), from);
    case 'Home':
      return cells[0];
    case 'End':
      return cells.at(-1);
    default:
      return undefined;
  }
}

/** Among the cells beyond the row of `from`, nearest row first: the one of that row that stands closest to the same column. */
function nearestInRow(beyond: HTMLElement[], from: HTMLElement): HTMLElement | undefined {
  const place = from.getBoundingClientRect();
  const places = beyond.map((cell) => ({ cell, place: cell.getBoundingClientRect() }));
  const rowTop = places.find((other) => other.place.top !== place.top)?.place.top;
  const distance = (left: number) => Math.abs(left - place.left);
  return places
    .filter((other) => other.place.top === rowTop)
    .toSorted((a, b) => distance(a.place.left) - distance(b.place.left))[0]?.cell;
}

/** Focuses the same kind of stop in another server, else what there is. */
function focusIn(cell: HTMLElement, stop: string): void {
  const target =
    cell.querySelector<HTMLElement>(`[data-stop=${stop}]`) ??
    cell.querySelector<HTMLElement>('[data-stop]');
  target?.focus();
}
