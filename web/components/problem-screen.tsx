import { useMessages } from '../i18n/messages.tsx';
import { loginPath, paths } from '../paths.ts';
import type { Problem } from '../problem.ts';
import buttons from './button.module.css';
import { DiscordIcon } from './icons.tsx';
import { PageHeading } from './page.tsx';
import { ProblemSketch } from './problem-sketch.tsx';
import styles from './problem-screen.module.css';

type Retry = { isFetching: boolean; refetch: () => unknown };

/**
 * A whole page for what went wrong: its own words, drawing and way out for each problem. `retry` is the query that failed;
 * without one the way out is to load the page anew. Links are plain, so that it works where the router does not.
 */
export function ProblemScreen({ problem, retry }: { problem: Problem; retry?: Retry }) {
  const { m } = useMessages();
  const { title, body } = m.problems[problem];
  return (
    <section className={styles.screen} data-problem={problem}>
      <ProblemSketch problem={problem} />
      <PageHeading className={styles.title} title={title} focused={problem === 'session_ended'} />
      <p className={styles.body}>{body}</p>
      <div className={styles.actions}>
        <WayOut problem={problem} retry={retry} />
      </div>
    </section>
  );
}

function WayOut({ problem, retry }: { problem: Problem; retry?: Retry }) {
  const { m } = useMessages();
  const home = (
    <a className={buttons.quiet} href={paths.dashboard}>
      {m.backToDashboard}
    </a>
  );
  switch (problem) {
    case 'signed_out':
    case 'session_ended':
    case 'not_allowed':
    case 'not_connected':
      return (
        <>
          <a className={buttons.login} href={loginPath(location.pathname + location.search)}>
            <DiscordIcon />
            {problem === 'signed_out' ? m.login : m.logInAgain}
          </a>
          {home}
        </>
      );
    case 'not_found':
      return (
        <a className={buttons.primary} href={paths.dashboard}>
          {m.backToDashboard}
        </a>
      );
    default:
      return (
        <>
          <button
            type="button"
            className={buttons.primary}
            disabled={retry?.isFetching}
            onClick={() => void (retry ? retry.refetch() : location.reload())}
          >
            {retry ? (retry.isFetching ? m.trying : m.tryAgain) : m.reload}
          </button>
          {home}
        </>
      );
  }
}
