import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import buttons from '../../components/button.module.css';
import { CloseIcon } from '../../components/icons.tsx';
import { Notice } from '../../components/notice.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import { useMessages } from '../../i18n/messages.tsx';
import { loginPath, paths } from '../../paths.ts';
import { explainLoginError } from './explain-login-error.ts';

/** Only the owner can mend these, or only a pause; another try would end the same. */
const retryIsVain = new Set(['misconfigured', 'rate_limited']);

/**
 * Says what became of a login that did not work (`?error=`). The address is cleaned at once, so that a reload or a
 * bookmark does not tell it again; the words stay until they are dismissed. `support`: where the owner can be reached.
 */
export function LoginErrorNotice({ support }: { support: string | null }) {
  const { m } = useMessages();
  const [search, setSearch] = useSearchParams();
  const arrived = search.get('error');
  const [code, setCode] = useState(arrived);
  const isHydrated = useHydrated();

  useEffect(() => {
    if (arrived !== null) setSearch({}, { replace: true, preventScrollReset: true });
  }, [arrived, setSearch]);

  if (code === null || !isHydrated) return null;
  const { title, body } = explainLoginError(code, m);
  return (
    <Notice
      urgent
      title={title}
      actions={
        <>
          {!retryIsVain.has(code) && (
            <a className={buttons.button} href={loginPath(paths.guilds)}>
              {m.tryAgain}
            </a>
          )}
          {code === 'misconfigured' && support && (
            <a className={buttons.button} href={support}>
              {m.finePrint.support}
            </a>
          )}
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
