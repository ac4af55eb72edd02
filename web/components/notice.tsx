import type { ReactNode } from 'react';
import { AlertIcon } from './icons.tsx';
import styles from './notice.module.css';

/**
 * A sentence across the column about the page as a whole. `urgent` interrupts a screen reader; one that is not is read
 * out only inside a live region that was there before it.
 */
export function Notice({
  urgent = false,
  title,
  children,
  actions,
}: {
  urgent?: boolean;
  title?: string;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={styles.notice} role={urgent ? 'alert' : undefined}>
      <span className={styles.icon}>
        <AlertIcon />
      </span>
      <div className={styles.words}>
        {title && <p className={styles.title}>{title}</p>}
        <p>{children}</p>
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
