/** What surrounds every page: whose it is, the person, the settings of the interface, and the fine print. */
import { useQuery } from '@tanstack/react-query';
import { NavLink, Outlet, ScrollRestoration, useLocation } from 'react-router-dom';
import { Brand } from './brand.tsx';
import { Notice } from './components/notice.tsx';
import { useOnline } from './components/use-online.ts';
import { SessionEndNotice } from './features/session/session-end-notice.tsx';
import { useSessionEnd } from './features/session/session-end.ts';
import { sessionQuery } from './features/session/session-query.ts';
import { useSignOut } from './features/session/use-sign-out.ts';
import { HeaderMenu } from './header-menu.tsx';
import { useMessages } from './i18n/messages.tsx';
import { FinePrint } from './fine-print.tsx';
import { paths, personalPaths } from './paths.ts';
import styles from './layout.module.css';
import type { ReactNode } from 'react';

/** `children` stands in for the page where the router has none to give, as when one broke. */
export function Layout({ children }: { children?: ReactNode }) {
  const { m } = useMessages();
  const online = useOnline();
  const user = useQuery(sessionQuery).data?.user;
  const signOut = useSignOut('here');
  const sessionEnd = useSessionEnd();
  const { pathname } = useLocation();
  // A page about the person says itself, in full, that the session has ended.
  const noticed =
    sessionEnd !== null && !(sessionEnd === 'ended' && personalPaths.includes(pathname));
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#content">
        {m.skipToContent}
      </a>
      <header className={styles.header}>
        <Brand />
        <div className={styles.ways}>
          {user && (
            <nav aria-label={m.nav.label}>
              <NavLink className={styles.link} to={paths.guilds}>
                {m.nav.guilds}
              </NavLink>
            </nav>
          )}
          <HeaderMenu
            user={user}
            signingOut={signOut.isPending}
            onSignOut={() => signOut.mutate()}
          />
        </div>
      </header>
      <div className={styles.notices}>
        <output className={styles.offline}>{online ? '' : m.offline}</output>
        <output className={styles.told}>
          {noticed && <SessionEndNotice key={sessionEnd} why={sessionEnd} />}
        </output>
        {user && signOut.isError && <Notice urgent>{m.signOutFailed}</Notice>}
      </div>
      <main id="content" className={styles.main} tabIndex={-1}>
        {children ?? <Outlet />}
      </main>
      <footer className={styles.footer}>
        <FinePrint />
      </footer>
      {/* Every page that is loaded anew has the key "default"; each has its own place to come back to. */}
      <ScrollRestoration getKey={({ key, pathname }) => (key === 'default' ? pathname : key)} />
    </div>
  );
}
