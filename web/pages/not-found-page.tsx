import { ProblemScreen } from '../components/problem-screen.tsx';

/** Any address no other page stands at. */
export function NotFoundPage() {
  return <ProblemScreen problem="not_found" />;
}
