/** The public page: whose dashboard this is, how many servers the bot is in right now, and the way in. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import buttons from '../components/button.module.css';
import { BotBadge } from '../features/bot-profile/bot-badge.tsx';
import { CountAnnouncer } from '../features/live-count/count-announcer.tsx';
import { CountSentence } from '../features/live-count/count-sentence.tsx';
import { Freshness } from '../features/live-count/freshness.tsx';
import { useLiveCount } from '../features/live-count/use-live-count.ts';
import { LoginErrorNotice } from '../features/login/login-error-notice.tsx';
import { LoginLink } from '../features/login/login-link.tsx';
import { displayName } from '../features/session/display-name.ts';
import { sessionQuery } from '../features/session/session-query.ts';
import { useMessages } from '../i18n/messages.tsx';
import { paths } from '../paths.ts';
import { problemOf } from '../problem.ts';
import styles from './dashboard-page.module.css';

export function DashboardPage() {
  const { m } = useMessages();
  const { count, connection } = useLiveCount();
  const missing = count.data ? null : count.error;
  const user = useQuery(sessionQuery).data?.user;
  return (
    <div className={styles.page}>
      <LoginErrorNotice />
      <BotBadge heardFrom={count.data?.stale === false} />
      <section className={styles.count}>
        <output className={styles.instead}>{missing && <CountMissing error={missing} />}</output>
        {!missing && (
          <>
            <CountSentence count={count.data?.guild_count ?? null} />
            <Freshness answer={count.data} heardAt={count.dataUpdatedAt} connection={connection} />
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
        <p className={styles.promise}>{user ? m.signedInAs(displayName(user)) : m.loginPromise}</p>
      </div>
    </div>
  );
}

/** Where the count would be while there is none: the bot was never seen, or nobody answered. */
function CountMissing({ error }: { error: Error }) {
  const { m } = useMessages();
  const problem = problemOf(error);
  const { title, body } = problem === 'bot_away' ? m.countUnknown : m.countFailed;
  return (
    <div className={styles.missing} data-problem={problem}>
      <p className={styles.missingTitle}>{title}</p>
      <p className={styles.missingBody}>{body}</p>
    </div>
  );
}
