import type { GuildCountAnswer } from '../../../shared/http.ts';
import { useOnline } from '../../components/use-online.ts';
import { useRelativeTime } from '../../components/use-relative-time.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { Connection } from './follow-guild-count.ts';
import { freshnessOf } from './freshness-of.ts';
import styles from './freshness.module.css';

/** A dot and a sentence: how far the count can be trusted. */
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
  return (
    // The BFF's clock wrote the page, this one goes on from there; they may differ by a minute, and that is no mistake.
    <p className={styles.freshness} data-freshness={freshness} suppressHydrationWarning>
      {answer ? m.fresh[freshness](when) : m.loading}
    </p>
  );
}
