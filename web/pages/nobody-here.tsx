/** What a page about the person shows when nobody is signed in, by why that is so. */
import { Navigate } from 'react-router-dom';
import { ProblemScreen } from '../components/problem-screen.tsx';
import { useSessionEnd } from '../features/session/session-end.ts';
import { paths } from '../paths.ts';

/** Who signed out has left and goes to the dashboard, which says so; a session that ended is explained; a stranger is asked to log in. */
export function NobodyHere() {
  const sessionEnd = useSessionEnd();
  if (sessionEnd === null) return <ProblemScreen problem="signed_out" />;
  if (sessionEnd === 'ended') return <ProblemScreen problem="session_ended" />;
  return <Navigate to={paths.dashboard} replace />;
}
