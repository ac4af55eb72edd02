/** Who the person is here, where they are signed in, and the ways out. */
import { useQuery } from '@tanstack/react-query';
import { Avatar } from '../components/avatar.tsx';
import buttons from '../components/button.module.css';
import { Notice } from '../components/notice.tsx';
import { Page } from '../components/page.tsx';
import { ProblemScreen } from '../components/problem-screen.tsx';
import { useLoadingError } from '../components/use-loading-error.ts';
import { displayName } from '../features/session/display-name.ts';
import { SessionList } from '../features/session/session-list.tsx';
import { sessionQuery } from '../features/session/session-query.ts';
import { sessionsQuery } from '../features/session/sessions-query.ts';
import { SignOutEverywhere } from '../features/session/sign-out-everywhere.tsx';
import { useSignOut } from '../features/session/use-sign-out.ts';
import { useMessages } from '../i18n/messages.tsx';
import { usePersonalMessages } from '../i18n/personal-messages.ts';
import { problemOf } from '../problem.ts';
import { NobodyHere } from './nobody-here.tsx';
import styles from './account-page.module.css';

export function AccountPage() {
  const { m } = useMessages();
  const p = usePersonalMessages();
  const session = useQuery(sessionQuery);
  const user = session.data?.user;
  const sessions = useQuery({ ...sessionsQuery, enabled: Boolean(user) });
  const sessionError = useLoadingError(session);
  const sessionsError = useLoadingError(sessions);
  const signOut = useSignOut('here');
  const signOutEverywhere = useSignOut('everywhere');
  const leaving = signOut.isPending || signOutEverywhere.isPending;

  if (user === null) return <NobodyHere />;
  if (sessionError) return <ProblemScreen problem={problemOf(sessionError)} retry={session} />;
  if (sessionsError) return <ProblemScreen problem={problemOf(sessionsError)} retry={sessions} />;

  return (
    <Page title={m.titles.account}>
      <div className={styles.columns}>
        <div className={styles.person}>
          {user && (
            <>
              <Avatar
                id={user.id}
                name={displayName(user)}
                url={user.avatar_url}
                shape="round"
                size={5}
              />
              <div>
                <p className={styles.name}>{displayName(user)}</p>
                <p className={styles.username}>@{user.username}</p>
              </div>
            </>
          )}
        </div>
        <div className={styles.sections}>
          <section className={styles.section}>
            <h2 className={styles.heading}>{p.account.sessions}</h2>
            <p className={styles.lead}>{p.account.sessionsLead}</p>
            {sessions.data ? (
              <SessionList sessions={sessions.data.sessions} />
            ) : (
              <div className={styles.waiting} />
            )}
          </section>
          <section className={styles.section}>
            <h2 className={styles.heading}>{p.account.leave}</h2>
            <p className={styles.lead}>{p.account.leaveLead}</p>
            {(signOut.isError || signOutEverywhere.isError) && (
              <Notice urgent>{m.signOutFailed}</Notice>
            )}
            <div className={styles.actions}>
              <button
                type="button"
                className={buttons.button}
                disabled={leaving}
                onClick={() => signOut.mutate()}
              >
                {p.account.signOutHere}
              </button>
              <SignOutEverywhere pending={leaving} onConfirm={() => signOutEverywhere.mutate()} />
            </div>
          </section>
        </div>
      </div>
    </Page>
  );
}
