import type { ReactNode } from 'react';
import { Sketch } from './sketch.tsx';
import styles from './empty-state.module.css';

const drawings = {
  // Something could come in.
  plus: <path d="M51 44v24M39 56h24" />,
  // Looked for, and not found.
  search: <path d="M48 41a11 11 0 1 0 0 22 11 11 0 0 0 0-22ZM56 60l9 9" />,
  star: <path d="m51 41 4.4 9 9.8 1.4-7.1 7 1.7 9.8-8.8-4.7-8.8 4.7 1.7-9.8-7.1-7 9.8-1.4Z" />,
};

/** Where a list would be when there is nothing in it: why, and what to do about it. */
export function EmptyState({
  drawing,
  title,
  body,
  children,
}: {
  drawing: keyof typeof drawings;
  title: string;
  body: string;
  children: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <Sketch>{drawings[drawing]}</Sketch>
      <h2 className={styles.title}>{title}</h2>
      <p className={styles.body}>{body}</p>
      <div className={styles.actions}>{children}</div>
    </div>
  );
}
