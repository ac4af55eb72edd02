/** The public page: how many servers the bot is in right now, the way in, and whose bot it is. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import buttons from '../components/button.module.css';
import { PageHeading } from '../components/page.tsx';
import { BotCard } from '../features/bot-profile/bot-card.tsx';
import { CountAnnouncer } from '../features/guild-count/count-announcer.tsx';
import { CountNotes } from '../features/guild-count/count-notes.tsx';
import { CountSentence } from '../features/guild-count/count-sentence.tsx';
import { Freshness } from '../features/guild-count/freshness.tsx';
import { useGuildCount } from '../features/guild-count/use-guild-count.ts';
import { LoginErrorNotice } from '../features/login/login-error-notice.tsx';
import { LoginLink } from '../features/login/login-link.tsx';
import { displayName } from '../features/session/display-name.ts';
import { sessionQuery } from '../features/session/session-query.ts';
import { useMessages } from '../i18n/messages.tsx';
import { usePageData } from '../page-data.ts';
import { paths } from '../paths.ts';
import { type Problem, problemOf } from '../problem.ts';
import { useSiteLinks } from '../site.ts';
import styles from './dashboard-page.module.css';

export function DashboardPage() {
  const { m } = useMessages();
  const { count, connection } = useGuildCount();
  const problem = useCountProblem(count);
  const user = useQuery(sessionQuery).data?.user;
  const { support } = useSiteLinks();
  return (
    <div className={styles.page}>
      <div className={styles.front}>
        <PageHeading className={styles.title} title={m.title} />
        <section className={styles.count}>
          <output className={styles.instead}>
            {problem && <CountMissing problem={problem} />}
          </output>
          {!problem && (
            <>
              <CountSentence
                count={count.data?.guild_count ?? null}
                stale={count.data?.stale ?? false}
              />
              <Freshness
                answer={count.data}
                heardAt={count.dataUpdatedAt}
                connection={connection}
              />
              {count.data && <CountAnnouncer count={count.data.guild_count} />}
            </>
          )}
        </section>
        <div className={styles.entry}>
          {user ? (
            <Link className={buttons.primary} to={paths.guilds}>
              {m.seeServers}
            </Link>
          ) : (
            <LoginLink />
          )}
          <p className={styles.promise}>
            {user ? m.signedInAs(displayName(user)) : m.loginPromise}
          </p>
        </div>
        <LoginErrorNotice support={support} />
      </div>
      <BotCard connected={count.data?.stale === false}>
        {count.data && <CountNotes answer={count.data} />}
      </BotCard>
    </div>
  );
}

/** What keeps the count away, if anything does. A page that was written without one says so until somebody answers. */
function useCountProblem(count: ReturnType<typeof useGuildCount>['count']): Problem | null {
  const written = usePageData().guild_count;
  if (count.data) return null;
  if (count.error) return problemOf(count.error);
  return written === null ? 'bot_away' : null;
}

/** Where the count would be while there is none: the bot was never seen, or nobody answered. */
function CountMissing({ problem }: { problem: Problem }) {
  const { m } = useMessages();
  const { title, body } = problem === 'bot_away' ? m.countUnknown : m.countFailed;
  return (
    <div className={styles.missing} data-problem={problem}>
      <p className={styles.missingTitle}>{title}</p>
      <p className={styles.missingBody}>{body}</p>
    </div>
  );
}
