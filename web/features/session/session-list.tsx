import { useEffect, useRef, useState } from 'react';
import type { SessionSummary } from '../../../shared/http.ts';
import buttons from '../../components/button.module.css';
import { Notice } from '../../components/notice.tsx';
import { PastTime } from '../../components/past-time.tsx';
import { useRelativeTime } from '../../components/use-relative-time.ts';
import { usePersonalMessages } from '../../i18n/personal-messages.ts';
import { useEndSession } from './use-end-session.ts';
import styles from './session-list.module.css';

/** What a session is called: two of them may run in the same kind of browser, and then the time tells them apart. */
type Named = { browser: string; signedIn: string };

/** Where the person is signed in. The session of this browser is marked and ends by signing out, not here. */
export function SessionList({ sessions }: { sessions: SessionSummary[] }) {
  const p = usePersonalMessages();
  const endSession = useEndSession();
  const [ended, setEnded] = useState<Named | null>(null);
  const told = useRef<HTMLOutputElement>(null);
  // The button that had the focus is gone with its row.
  useEffect(() => {
    if (ended) told.current?.focus({ preventScroll: true });
  }, [ended]);
  return (
    <>
      <output ref={told} className={styles.told} tabIndex={-1}>
        {ended && <Notice quiet>{p.account.ended(ended.browser, ended.signedIn)}</Notice>}
      </output>
      {endSession.isError && <Notice urgent>{p.account.endFailed}</Notice>}
      <ul className={styles.list} aria-label={p.account.sessions}>
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            ending={endSession.isPending && endSession.variables === session.id}
            onEnd={(named) => endSession.mutate(session.id, { onSuccess: () => setEnded(named) })}
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
  onEnd: (named: Named) => void;
}) {
  const p = usePersonalMessages();
  const browser = session.browser ?? p.account.unknownBrowser;
  const signedIn = useRelativeTime(session.first_seen);
  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <p className={styles.browser}>
          {browser}
          {session.current && <span className={styles.current}>{p.account.thisBrowser}</span>}
        </p>
        <p className={styles.times}>
          <PastTime time={session.last_seen}>{p.account.lastSeen}</PastTime>
          <PastTime time={session.first_seen}>{p.account.firstSeen}</PastTime>
        </p>
      </div>
      {!session.current && (
        <button
          type="button"
          className={buttons.button}
          aria-label={p.account.endNamed(browser, signedIn)}
          disabled={ending}
          onClick={() => onEnd({ browser, signedIn })}
        >
          {p.account.end}
        </button>
      )}
    </li>
  );
}
