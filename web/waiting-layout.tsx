import { Layout } from './layout.tsx';
import styles from './components/page.module.css';

/** Shown while the code of the first page is on its way: everything around it, and its place kept free. */
export function WaitingLayout() {
  return (
    <Layout>
      <div className={styles.page} />
    </Layout>
  );
}
