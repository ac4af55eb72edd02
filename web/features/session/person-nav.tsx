import { NavLink } from 'react-router-dom';
import type { SessionUser } from '../../../shared/http.ts';
import { Avatar } from '../../components/avatar.tsx';
import buttons from '../../components/button.module.css';
import { SignOutIcon } from '../../components/icons.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { paths } from '../../paths.ts';
import { displayName } from './display-name.ts';
import type { useSignOut } from './use-sign-out.ts';
import styles from './person-nav.module.css';

/** Where a signed-in person can go, who they are, and the way out. That it failed is for the layout to say. */
export function PersonNav({
  user,
  signOut,
}: {
  user: SessionUser;
  signOut: ReturnType<typeof useSignOut>;
}) {
  const { m } = useMessages();
  const name = displayName(user);
  return (
    <nav className={styles.nav} aria-label={m.nav.label}>
      <NavLink className={styles.link} to={paths.guilds}>
        {m.nav.guilds}
      </NavLink>
      <NavLink className={styles.link} to={paths.account}>
        {m.nav.account}
      </NavLink>
      <span className={styles.person} title={m.signedInAs(name)}>
        <Avatar id={user.id} name={name} url={user.avatar_url} shape="round" size={2} />
        <span className={styles.name}>{name}</span>
      </span>
      <button
        type="button"
        className={`${buttons.icon} ${styles.out}`}
        aria-label={m.signOut}
        title={m.signOut}
        disabled={signOut.isPending}
        onClick={() => signOut.mutate()}
      >
        <SignOutIcon />
      </button>
    </nav>
  );
}
