import type { GuildCountAnswer } from '../../../shared/http.ts';
import { useMessages } from '../../i18n/messages.tsx';
import styles from './count-notes.module.css';

/** What the count leaves out, and how much of the bot is connected; an empty line where that goes without saying. */
export function CountNotes({ answer }: { answer: GuildCountAnswer }) {
  const { m } = useMessages();
  const { shards, unavailable, stale } = answer;
  return (
    <>
      <p className={styles.note}>
        {!stale && shards.total > 1 ? m.shards(shards.ready, shards.total) : ''}
      </p>
      <p className={styles.note}>{unavailable > 0 ? m.unavailable(unavailable) : ''}</p>
    </>
  );
}
