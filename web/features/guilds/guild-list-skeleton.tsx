import { VisuallyHidden } from '../../components/visually-hidden.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import listStyles from './guild-list.module.css';
import styles from './guild-list-skeleton.module.css';

/** The list while it is on its way, in the measure it will have. */
export function GuildListSkeleton() {
  const { m } = useMessages();
  return (
    <div className={listStyles.column} aria-busy="true">
      <VisuallyHidden>{m.loading}</VisuallyHidden>
      <div className={styles.toolbar} />
      <div className={listStyles.group}>
        <div className={styles.heading} />
        <div className={listStyles.grid}>
          {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
            <div key={key} className={styles.card} />
          ))}
        </div>
      </div>
    </div>
  );
}
