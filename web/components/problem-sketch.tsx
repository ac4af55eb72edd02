import type { ReactNode } from 'react';
import type { Problem } from '../problem.ts';
import styles from './problem-sketch.module.css';

/** The door of the mark, in the state the problem leaves it in. */
const inside: Record<Problem, ReactNode> = {
  // Shut, with a keyhole.
  signed_out: <path className={styles.accent} d="M48 52a5 5 0 1 1 6 0l2 12H46Z" />,
  // Barred.
  not_allowed: <path className={styles.accent} d="M24 46h54M24 62h54" />,
  // Nothing behind it.
  not_found: (
    <path className={styles.accent} d="M44 42a7 7 0 1 1 9 7c-2 .8-2.5 2.5-2.5 5M50.5 63v.2" />
  ),
  // Nobody in.
  bot_away: <path className={styles.accent} d="M42 50h.2M60 50h.2M43 62h16" />,
  // The line to the other side is cut.
  discord_away: <path className={styles.accent} d="M30 54h12M60 54h12M47 48l-4 12M59 48l-4 12" />,
  // An hourglass.
  slow_down: (
    <path
      className={styles.accent}
      d="M43 40h16M43 68h16M45 40c0 8 12 12 12 20v8M57 40c0 8-12 12-12 20v8"
    />
  ),
  // No signal.
  unreachable: (
    <path
      className={styles.accent}
      d="M38 50a18 18 0 0 1 26 0M44 57a10 10 0 0 1 14 0M51 65v.2M36 40l30 30"
    />
  ),
  // A crack from the lintel down.
  broken: <path className={styles.accent} d="M53 17l-6 16 9 8-8 12 6 8-4 21" />,
};

/** A small drawing over a problem's words, for the eye only. */
export function ProblemSketch({ problem }: { problem: Problem }) {
  return (
    <svg className={styles.sketch} viewBox="0 0 102 92" aria-hidden="true">
      <path className={styles.line} d="M24 82V43a27 27 0 0 1 54 0v39M10 82h82" />
      {inside[problem]}
    </svg>
  );
}
