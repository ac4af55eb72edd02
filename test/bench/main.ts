/** `npm run bench`: ours beside a reference measured in the same minutes. Prints a table, judges nothing. */
import { benchFirstPaint } from './first-paint.ts';
import { benchHttp } from './http.ts';
import { benchIpc } from './ipc.ts';
import type { Spread } from './row.ts';

const rows = [...(await benchIpc()), ...(await benchHttp()), ...(await benchFirstPaint())];
const whole = (value: number): string => Math.round(value).toLocaleString('en');
const range = ({ median, min, max }: Spread): string =>
  `${whole(median)} (${whole(min)}–${whole(max)})`;
console.table(
  rows.map((row) => ({
    what: row.name,
    unit: row.unit,
    'ours, median (min–max)': range(row.ours),
    'reference, median (min–max)': range(row.reference),
    ratio: Number(row.ratio.toFixed(2)),
    goal: `${row.lessIsBetter ? '≤' : '≥'} ${row.goal.toFixed(2)}`,
  })),
);
process.exit(0);
