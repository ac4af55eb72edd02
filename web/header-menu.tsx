/** The menu at the person's name: account, language, theme, the way out. Signed out it is an icon with language and theme. */
import { Link } from 'react-router-dom';
import type { SessionUser } from '../shared/http.ts';
import { Avatar } from './components/avatar.tsx';
import buttons from './components/button.module.css';
import { AccountIcon, ChevronIcon, SettingsIcon, SignOutIcon } from './components/icons.tsx';
import { Popover } from './components/popover.tsx';
import { VisuallyHidden } from './components/visually-hidden.tsx';
import { LanguageSwitch } from './features/appearance/language-switch.tsx';
import { ThemeSwitch } from './features/appearance/theme-switch.tsx';
import { displayName } from './features/session/display-name.ts';
import { useMessages } from './i18n/messages.tsx';
import { paths } from './paths.ts';
import styles from './header-menu.module.css';

/** One popover for both, so that it stays open and keeps the focus while the session is still being asked for. */
export function HeaderMenu({
  user,
  signingOut,
  onSignOut,
}: {
  user: SessionUser | null | undefined;
  signingOut: boolean;
  onSignOut: () => void;
}) {
  const { m } = useMessages();
  return (
    <Popover
      label={user ? m.menu.label : m.menu.settings}
      title={user ? undefined : m.menu.settings}
      className={user ? styles.person : `${buttons.icon} ${styles.settings}`}
      face={user ? <PersonFace user={user} /> : <SettingsFace />}
    >
      <div className={styles.menu}>
        {user && (
          <>
            <p className={styles.signedIn}>{m.signedInAs(displayName(user))}</p>
            <Link className={styles.item} to={paths.account} data-closes>
              <AccountIcon />
              {m.menu.account}
            </Link>
          </>
        )}
        <div className={styles.choice}>
          <span aria-hidden="true">{m.language.label}</span>
          <LanguageSwitch />
        </div>
        <div className={styles.choice}>
          <span aria-hidden="true">{m.theme.label}</span>
          <ThemeSwitch />
        </div>
        {user && (
          <button
            type="button"
            className={styles.item}
            disabled={signingOut}
            onClick={onSignOut}
            data-closes
          >
            <SignOutIcon />
            {m.signOut}
          </button>
        )}
      </div>
    </Popover>
  );
}

function PersonFace({ user }: { user: SessionUser }) {
  const { m } = useMessages();
  const name = displayName(user);
  return (
    <>
      <Avatar id={user.id} name={name} url={user.avatar_url} shape="round" size={2} />
      <span className={styles.name}>{name}</span>
      <VisuallyHidden>{m.menu.open}</VisuallyHidden>
      <ChevronIcon />
    </>
  );
}

function SettingsFace() {
  const { m } = useMessages();
  return (
    <>
      <SettingsIcon />
      <VisuallyHidden>{m.menu.settings}</VisuallyHidden>
    </>
  );
}
