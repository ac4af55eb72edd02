/** Finds names that look like ours and are not: `HSOT`, `DISCORD_CLIENTID`. */

/** Names shorter than this are near too many others: HOST and HOME differ by two letters. */
const longName = 8;

/** Which of `names` are one slip away from one of `known` (two in a long name), and which that is. */
export function findMisspelled(
  names: readonly string[],
  known: readonly string[],
): { name: string; meant: string }[] {
  const ours = new Set(known);
  return names.flatMap((name) => {
    if (ours.has(name)) return [];
    const meant = known.find(
      (each) =>
        normalized(each) === normalized(name) ||
        slipsBetween(each, name) <= (each.length < longName ? 1 : 2),
    );
    return meant === undefined ? [] : [{ name, meant }];
  });
}

function normalized(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

/** How many letters are missing, too many, wrong or swapped with their neighbour. */
function slipsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = next;
  }
  return last[b.length] ?? 0;
}
