/** The person's servers: where the bot is, where they can add it, and why not elsewhere. */
import { useQuery } from '@tanstack/react-query';
import buttons from '../components/button.module.css';
import { EmptyState } from '../components/empty-state.tsx';
import { RefreshIcon } from '../components/icons.tsx';
import { Notice } from '../components/notice.tsx';
import { Page } from '../components/page.tsx';
import { PastTime } from '../components/past-time.tsx';
import { ProblemScreen } from '../components/problem-screen.tsx';
import { useLoadingError } from '../components/use-loading-error.ts';
import { useWaitedLong } from '../components/use-waited-long.ts';
import { VisuallyHidden } from '../components/visually-hidden.tsx';
import { presenceOf } from '../features/guilds/guild-facts.ts';
import { GuildList } from '../features/guilds/guild-list.tsx';
import { GuildListSkeleton } from '../features/guilds/guild-list-skeleton.tsx';
import { guildsQuery } from '../features/guilds/guilds-query.ts';
import { useGuildCount } from '../features/guild-count/use-guild-count.ts';
import type { GuildsKnown } from '../features/guilds/known-presence.ts';
import { sessionQuery } from '../features/session/session-query.ts';
import { useMessages } from '../i18n/messages.tsx';
import { usePersonalMessages } from '../i18n/personal-messages.ts';
import { formatClockTime } from '../i18n/relative-time.ts';
import { problemOf } from '../problem.ts';
import { NobodyHere } from './nobody-here.tsx';
import { useRefreshWhenBotMoves } from './use-refresh-when-bot-moves.ts';
import styles from './guilds-page.module.css';

export function GuildsPage() {
  const { language, m } = useMessages();
  const p = usePersonalMessages();
  const session = useQuery(sessionQuery);
  const user = session.data?.user;
  const guilds = useQuery({ ...guildsQuery, enabled: Boolean(user) });
  const { count } = useGuildCount();
  useRefreshWhenBotMoves(count.data);
  const sessionError = useLoadingError(session);
  const guildsError = useLoadingError(guilds);
  const slow = useWaitedLong(guilds.isFetching);

  if (user === null) return <NobodyHere />;
  if (sessionError) return <ProblemScreen problem={problemOf(sessionError)} retry={session} />;
  if (guildsError) return <ProblemScreen problem={problemOf(guildsError)} retry={guilds} />;

  const { data } = guilds;
  const list = data?.guilds ?? [];
  const botAway = list.length > 0 && (data?.bot_away || count.data?.stale === true);
  // What it said of its servers held until it was last heard.
  const botSeenAt =
    data?.presence_known_at && count.data?.stale
      ? Date.parse(count.data.as_of)
      : (data?.presence_known_at ?? null);
  const refreshButton = (
    <button
      type="button"
      className={buttons.button}
      disabled={guilds.isFetching}
      onClick={() => void guilds.refetch()}
    >
      <RefreshIcon />
      <span className={styles.refreshWord}>{p.guilds.refresh}</span>
    </button>
  );

  return (
    <Page
      title={m.titles.guilds}
      lead={
        slow ? (
          p.guilds.slow
        ) : data ? (
          <Lead data={data} botSeenAt={botSeenAt} botAway={botAway} />
        ) : (
          ''
        )
      }
      aside={
        <div className={styles.refresh}>
          {/* How old the list is stands once: where somebody does not answer, in the words that say so. */}
          {data && !data.stale && !botAway && (
            <PastTime className={styles.asOf} time={data.as_of}>
              {m.asOf}
            </PastTime>
          )}
          {list.length > 0 && refreshButton}
        </div>
      }
    >
      <VisuallyHidden>
        <output>{slow ? p.guilds.slow : botAway ? m.botOffline : ''}</output>
      </VisuallyHidden>
      <output className={styles.notices} aria-atomic={false}>
        {data?.stale && (
          <Notice>
            {p.guilds.stale(
              formatClockTime(language, Date.parse(data.as_of), guilds.dataUpdatedAt),
            )}
          </Notice>
        )}
        {data && guilds.error && <Notice>{p.guilds.refreshFailed}</Notice>}
      </output>
      {!data ? (
        <GuildListSkeleton />
      ) : list.length === 0 ? (
        <EmptyState drawing="plus" title={p.guilds.none.title} body={p.guilds.none.body}>
          {refreshButton}
          <a
            className={buttons.quiet}
            href="https://discord.com/channels/@me"
            target="_blank"
            rel="noopener noreferrer"
          >
            {p.guilds.openDiscord}
          </a>
        </EmptyState>
      ) : (
        <GuildList guilds={list} away={botAway} userId={user?.id ?? null} />
      )}
    </Page>
  );
}

/** How things stand, in the place under the heading: a bot that blinks changes these words and moves nothing. */
function Lead({
  data: { guilds },
  botAway,
  botSeenAt,
}: {
  data: GuildsKnown;
  botAway: boolean;
  /** In milliseconds since the epoch; null: never since this page was opened. */
  botSeenAt: number | null;
}) {
  const p = usePersonalMessages();
  if (guilds.length === 0) return p.guilds.leadUnknown;
  if (botAway)
    return botSeenAt === null ? (
      p.guilds.botAway
    ) : (
      <PastTime time={new Date(botSeenAt).toISOString()}>{p.guilds.botAwaySince}</PastTime>
    );
  const number = (presence: ReturnType<typeof presenceOf>) =>
    guilds.filter((guild) => presenceOf(guild) === presence).length;
  return p.guilds.lead(number('here'), number('addable'));
}
