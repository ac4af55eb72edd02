/** The person's servers: where the bot is, where they can add it, and why not elsewhere. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import buttons from '../components/button.module.css';
import { EmptyState } from '../components/empty-state.tsx';
import { RefreshIcon } from '../components/icons.tsx';
import { Notice } from '../components/notice.tsx';
import { Page } from '../components/page.tsx';
import { ProblemScreen } from '../components/problem-screen.tsx';
import { useRelativeTime } from '../components/use-relative-time.ts';
import { GuildList } from '../features/guilds/guild-list.tsx';
import { GuildListSkeleton } from '../features/guilds/guild-list-skeleton.tsx';
import { presenceOf } from '../features/guilds/guild-selection.ts';
import { guildsQuery } from '../features/guilds/guilds-query.ts';
import { useGuildCount } from '../features/guild-count/use-guild-count.ts';
import { sessionQuery } from '../features/session/session-query.ts';
import { useMessages } from '../i18n/messages.tsx';
import { problemOf } from '../problem.ts';
import styles from './guilds-page.module.css';

export function GuildsPage() {
  const { m } = useMessages();
  const session = useQuery(sessionQuery);
  const user = session.data?.user;
  const guilds = useQuery({ ...guildsQuery, enabled: Boolean(user) });
  useRefreshWhenBotMoves();

  if (user === null) return <ProblemScreen problem="signed_out" />;
  const failed = [session, guilds].find((query) => query.isLoadingError);
  if (failed) return <ProblemScreen problem={problemOf(failed.error)} retry={failed} />;

  const list = guilds.data?.guilds ?? [];
  const here = list.filter((guild) => presenceOf(guild) === 'here').length;
  const addable = list.filter((guild) => presenceOf(guild) === 'addable').length;
  const botAway = list.some((guild) => guild.bot_present === null);
  const refreshButton = (
    <button
      type="button"
      className={buttons.button}
      disabled={guilds.isFetching}
      onClick={() => void guilds.refetch()}
    >
      <RefreshIcon />
      {m.guilds.refresh}
    </button>
  );

  return (
    <Page
      title={m.guilds.title}
      lead={list.length === 0 || botAway ? m.guilds.leadUnknown : m.guilds.lead(here, addable)}
      aside={
        <div className={styles.refresh}>
          {guilds.data && <AsOf time={guilds.data.as_of} />}
          {list.length > 0 && refreshButton}
        </div>
      }
    >
      <output className={styles.notices} aria-atomic={false}>
        {guilds.data?.stale && <StaleNotice time={guilds.data.as_of} />}
        {guilds.data && guilds.error && <Notice>{m.guilds.refreshFailed}</Notice>}
        {botAway && <Notice>{m.guilds.botAway}</Notice>}
      </output>
      {!guilds.data ? (
        <GuildListSkeleton />
      ) : list.length === 0 ? (
        <EmptyState title={m.guilds.none.title} body={m.guilds.none.body}>
          {refreshButton}
          <a
            className={buttons.quiet}
            href="https://discord.com/channels/@me"
            target="_blank"
            rel="noopener noreferrer"
          >
            {m.guilds.openDiscord}
          </a>
        </EmptyState>
      ) : (
        <GuildList guilds={list} userId={user?.id ?? null} />
      )}
    </Page>
  );
}

function AsOf({ time }: { time: string }) {
  const { m } = useMessages();
  const when = useRelativeTime(time);
  return (
    <time className={styles.asOf} dateTime={time}>
      {m.asOf(when)}
    </time>
  );
}

function StaleNotice({ time }: { time: string }) {
  const { m } = useMessages();
  return <Notice>{m.guilds.stale(useRelativeTime(time))}</Notice>;
}

/** How often the list is asked for at most, however busily the bot joins and leaves servers elsewhere. */
const refreshPauseMs = 5000;

/** Asks for the list again when the bot's count changes or it comes back, for one of these servers may be the reason. */
function useRefreshWhenBotMoves(): void {
  const queryClient = useQueryClient();
  const { count } = useGuildCount();
  const sign = count.data && `${count.data.guild_count} ${count.data.stale}`;
  const last = useRef({ sign, at: 0 });
  useEffect(() => {
    if (sign === last.current.sign) return;
    if (last.current.sign === undefined) {
      last.current.sign = sign;
      return;
    }
    const wait = setTimeout(
      () => {
        last.current = { sign, at: Date.now() };
        // A tab nobody looks at asks when it is looked at again.
        if (document.visibilityState === 'visible')
          void queryClient.invalidateQueries({ queryKey: guildsQuery.queryKey });
      },
      Math.max(250, last.current.at + refreshPauseMs - Date.now()),
    );
    return () => clearTimeout(wait);
  }, [sign, queryClient]);
}
