import type { ReactNode } from 'react';
import { AlertIcon, DoneIcon } from './icons.tsx';
import styles from './notice.module.css';

/**
 * A sentence across the column about the page as a whole. `urgent` interrupts a screen reader; one that is not is read
 * out only inside a live region that was there before it. `quiet` is for what went as it should.
 */
export function Notice({
  urgent = false,
  quiet = false,
  title,
  children,
  actions,
}: {
  urgent?: boolean;
  quiet?: boolean;
  title?: string;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={styles.notice} role={urgent ? 'alert' : undefined} data-quiet={quiet}>
      <span className={styles.icon}>{quiet ? <DoneIcon /> : <AlertIcon />}</span>
      <div className={styles.words}>
        {title && <p className={styles.title}>{title}</p>}
        <p>{children}</p>
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
