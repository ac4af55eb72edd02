import type { ReactNode } from 'react';
import styles from './visually-hidden.module.css';

/** Words for people who listen to the page; nothing of it is seen. */
export function VisuallyHidden({ children }: { children: ReactNode }) {
  return <span className={styles.hidden}>{children}</span>;
}
