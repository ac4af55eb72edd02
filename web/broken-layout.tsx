import { ProblemScreen } from './components/problem-screen.tsx';
import { Layout } from './layout.tsx';

/** Shown when a page throws, or its code cannot be fetched (a new version was installed meanwhile): reload mends both. */
export function BrokenLayout() {
  return (
    <Layout>
      <ProblemScreen problem="broken" />
    </Layout>
  );
}
