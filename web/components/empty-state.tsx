import type { ReactNode } from 'react';
import styles from './empty-state.module.css';

/** Where a list would be when there is nothing in it: why, and what to do about it. */
export function EmptyState({
  title,
  body,
  children,
}: {
  title: string;
  body: string;
  children: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <h2 className={styles.title}>{title}</h2>
      <p className={styles.body}>{body}</p>
      <div className={styles.actions}>{children}</div>
    </div>
  );
}
