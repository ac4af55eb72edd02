import type { SessionSummary } from '../../../shared/http.ts';
import buttons from '../../components/button.module.css';
import { Notice } from '../../components/notice.tsx';
import { useRelativeTime } from '../../components/use-relative-time.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { useEndSession } from './use-end-session.ts';
import styles from './session-list.module.css';

/** Where the person is signed in. The session of this browser is marked and ends by signing out, not here. */
export function SessionList({ sessions }: { sessions: SessionSummary[] }) {
  const { m } = useMessages();
  const endSession = useEndSession();
  return (
    <>
      {endSession.isError && <Notice urgent>{m.account.endFailed}</Notice>}
      <ul className={styles.list} aria-label={m.account.sessions}>
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            ending={endSession.isPending && endSession.variables === session.id}
            onEnd={() => endSession.mutate(session.id)}
          />
        ))}
      </ul>
    </>
  );
}

function SessionRow({
  session,
  ending,
  onEnd,
}: {
  session: SessionSummary;
  ending: boolean;
  onEnd: () => void;
}) {
  const { m } = useMessages();
  const browser = session.browser ?? m.account.unknownBrowser;
  const lastSeen = useRelativeTime(session.last_seen);
  const firstSeen = useRelativeTime(session.first_seen);
  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <p className={styles.browser}>
          {browser}
          {session.current && <span className={styles.current}>{m.account.thisBrowser}</span>}
        </p>
        <p className={styles.times}>
          <time dateTime={session.last_seen}>{m.account.lastSeen(lastSeen)}</time>
          <time dateTime={session.first_seen}>{m.account.firstSeen(firstSeen)}</time>
        </p>
      </div>
      {!session.current && (
        <button
          type="button"
          className={buttons.button}
          aria-label={m.account.endNamed(browser)}
          disabled={ending}
          onClick={onEnd}
        >
          {m.account.end}
        </button>
      )}
    </li>
  );
}
