import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import buttons from '../../components/button.module.css';
import { CloseIcon } from '../../components/icons.tsx';
import { Notice } from '../../components/notice.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { loginPath, paths } from '../../paths.ts';
import { explainLoginError } from './explain-login-error.ts';

/**
 * Says what became of a login that did not work (`?error=`). The address is cleaned at once, so that a reload or a
 * bookmark does not tell it again; the words stay until they are dismissed.
 */
export function LoginErrorNotice() {
  const { m } = useMessages();
  const [search, setSearch] = useSearchParams();
  const arrived = search.get('error');
  const [code, setCode] = useState(arrived);

  useEffect(() => {
    if (arrived !== null) setSearch({}, { replace: true, preventScrollReset: true });
  }, [arrived, setSearch]);

  if (code === null) return null;
  const { title, body } = explainLoginError(code, m);
  return (
    <Notice
      urgent
      title={title}
      actions={
        <>
          <a className={buttons.button} href={loginPath(paths.guilds)}>
            {m.tryAgain}
          </a>
          <button
            type="button"
            className={buttons.icon}
            aria-label={m.dismiss}
            onClick={() => setCode(null)}
          >
            <CloseIcon />
          </button>
        </>
      }
    >
      {body}
    </Notice>
  );
}
