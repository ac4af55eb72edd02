/** What surrounds every page: whose it is, the person, the settings of the interface, and the fine print. */
import { useQuery } from '@tanstack/react-query';
import { Outlet, ScrollRestoration } from 'react-router-dom';
import { Notice } from './components/notice.tsx';
import { useOnline } from './components/use-online.ts';
import { LanguageSwitch } from './features/appearance/language-switch.tsx';
import { ThemeSwitch } from './features/appearance/theme-switch.tsx';
import { PersonNav } from './features/session/person-nav.tsx';
import { sessionQuery } from './features/session/session-query.ts';
import { useSignOut } from './features/session/use-sign-out.ts';
import { useMessages } from './i18n/messages.tsx';
import { Brand } from './brand.tsx';
import { FinePrint } from './fine-print.tsx';
import styles from './layout.module.css';
import type { ReactNode } from 'react';

/** `children` stands in for the page where the router has none to give, as when one broke. */
export function Layout({ children }: { children?: ReactNode }) {
  const { m } = useMessages();
  const online = useOnline();
  const user = useQuery(sessionQuery).data?.user;
  const signOut = useSignOut('here');
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#content">
        {m.skipToContent}
      </a>
      <header className={styles.header}>
        <Brand />
        {user && <PersonNav user={user} signOut={signOut} />}
      </header>
      <div className={styles.notices}>
        <output className={styles.offline}>{online ? '' : m.offline}</output>
        {user && signOut.isError && <Notice urgent>{m.account.signOutFailed}</Notice>}
      </div>
      <main id="content" className={styles.main} tabIndex={-1}>
        {children ?? <Outlet />}
      </main>
      <footer className={styles.footer}>
        <FinePrint />
        <LanguageSwitch />
        <ThemeSwitch />
      </footer>
      <ScrollRestoration />
    </div>
  );
}
