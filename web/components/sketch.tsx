import type { ReactNode } from 'react';
import styles from './sketch.module.css';

/** The door of the mark with something in it, drawn over a few words; for the eye only. */
export function Sketch({ children }: { children: ReactNode }) {
  return (
    <svg className={styles.sketch} viewBox="0 0 102 92" aria-hidden="true">
      <path className={styles.line} d="M24 82V43a27 27 0 0 1 54 0v39M10 82h82" />
      <g className={styles.accent}>{children}</g>
    </svg>
  );
}
