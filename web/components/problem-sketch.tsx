import type { ReactNode } from 'react';
import type { Problem } from '../problem.ts';
import { Sketch } from './sketch.tsx';

/** The door of the mark, in the state the problem leaves it in. */
const inside: Record<Problem, ReactNode> = {
  // Shut, with a keyhole.
  signed_out: <path d="M48 52a5 5 0 1 1 6 0l2 12H46Z" />,
  // Left behind.
  session_ended: <path d="M40 56h24M56 47l9 9-9 9" />,
  // Barred.
  not_allowed: <path d="M24 46h54M24 62h54" />,
  // Two ends of a line that have come apart.
  not_connected: <path d="M28 56h14M60 56h14M42 49v14M60 49v14" />,
  // Nothing behind it.
  not_found: <path d="M44 42a7 7 0 1 1 9 7c-2 .8-2.5 2.5-2.5 5M50.5 63v.2" />,
  // Nobody in.
  bot_away: <path d="M42 50h.2M60 50h.2M43 62h16" />,
  // The line to the other side is cut.
  discord_away: <path d="M30 54h12M60 54h12M47 48l-4 12M59 48l-4 12" />,
  // An hourglass.
  slow_down: <path d="M43 40h16M43 68h16M45 40c0 8 12 12 12 20v8M57 40c0 8-12 12-12 20v8" />,
  // No signal.
  unreachable: <path d="M38 50a18 18 0 0 1 26 0M44 57a10 10 0 0 1 14 0M51 65v.2M36 40l30 30" />,
  // A crack from the lintel down.
  broken: <path d="M53 17l-6 16 9 8-8 12 6 8-4 21" />,
};

/** A small drawing over a problem's words. */
export function ProblemSketch({ problem }: { problem: Problem }) {
  return <Sketch>{inside[problem]}</Sketch>;
}
