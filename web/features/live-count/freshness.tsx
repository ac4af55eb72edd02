import type { GuildCountAnswer } from '../../../shared/http.ts';
import { useOnline } from '../../components/use-online.ts';
import { useRelativeTime } from '../../components/use-relative-time.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { freshnessOf } from './freshness-of.ts';
import type { Connection } from './live-count.ts';
import styles from './freshness.module.css';

/** A dot and a sentence: how far the count can be trusted, and what it leaves out. */
export function Freshness({
  answer,
  heardAt,
  connection,
}: {
  answer: GuildCountAnswer | undefined;
  /** When the answer reached this tab, in milliseconds since the epoch. */
  heardAt: number;
  connection: Connection;
}) {
  const { m } = useMessages();
  const freshness = freshnessOf(answer, connection, useOnline());
  // What the bot can vouch for ends with `as_of`; what this tab heard, when it heard it.
  const isBots = freshness === 'away' || freshness === 'behind';
  const when = useRelativeTime(isBots && answer ? answer.as_of : heardAt);
  const sentence = m.fresh[freshness];
  return (
    <div className={styles.freshness}>
      <p className={styles.state} data-freshness={freshness}>
        {typeof sentence === 'string' ? sentence : sentence(when)}
      </p>
      {answer && !answer.stale && answer.shards.total > 1 && (
        <p data-note={answer.shards.ready < answer.shards.total}>
          {m.shards(answer.shards.ready, answer.shards.total)}
        </p>
      )}
      {answer && answer.unavailable > 0 && <p data-note>{m.unavailable(answer.unavailable)}</p>}
    </div>
  );
}
