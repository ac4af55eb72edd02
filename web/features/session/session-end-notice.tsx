import { useEffect, useRef } from 'react';
import buttons from '../../components/button.module.css';
import { CloseIcon } from '../../components/icons.tsx';
import { Notice } from '../../components/notice.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { setSessionEnd, type SessionEnd } from './session-end.ts';

/**
 * Says across the page that nobody is signed in any more and why, until it is dismissed. Takes the focus: what had it
 * belonged to the person and is gone.
 */
export function SessionEndNotice({ why }: { why: SessionEnd }) {
  const { m } = useMessages();
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => notice.current?.focus({ preventScroll: true }), []);
  const { title, body } = m.sessionEnds[why];
  return (
    <div ref={notice} tabIndex={-1} data-session-end={why}>
      <Notice
        quiet={why !== 'ended'}
        title={title}
        actions={
          <button
            type="button"
            className={buttons.icon}
            aria-label={m.dismiss}
            onClick={() => setSessionEnd(null)}
          >
            <CloseIcon />
          </button>
        }
      >
        {body}
      </Notice>
    </div>
  );
}
