import { useLocation } from 'react-router-dom';
import { pageAt } from '../shared/pages.ts';
import styles from './components/page.module.css';
import { useMessages } from './i18n/messages.tsx';
import { Layout } from './layout.tsx';
import { pageTitle } from './page-title.ts';

/** Shown while the code of the first page is on its way: everything around it, its heading, and its place kept free. */
export function WaitingLayout() {
  const { m } = useMessages();
  const page = pageAt(useLocation().pathname) ?? 'not_found';
  return (
    <Layout>
      <div className={styles.page}>
        <h1 className={styles.title}>{pageTitle(page, m)}</h1>
      </div>
    </Layout>
  );
}
