/** Asks the BFF now and then whether it is alive: a hang is a crash that forgot to die. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.ts';
import { complain } from './say.ts';
import type { Supervisor } from './supervisor.ts';

const askEveryMs = 5_000;
/** So many unanswered questions in a row are a hang, and not a busy moment. */
const hangsAfterMisses = 4;

/**
 * Ends the BFF when it has answered before and answers no more; the supervisor starts it again. One that takes its time to
 * start is left alone.
 */
export async function watchForHangs(bffUrl: string, supervisor: Supervisor): Promise<never> {
  let watched = supervisor.child('bff');
  let hasAnswered = false;
  let misses = 0;
  for (;;) {
    const [answer] = await Promise.all([ask(`${bffUrl}/healthz`), sleep(askEveryMs)]);
    const child = supervisor.child('bff');
    if (child !== watched) [watched, hasAnswered, misses] = [child, false, 0];
    else if (answer !== undefined) [hasAnswered, misses] = [true, 0];
    else if (hasAnswered && ++misses >= hangsAfterMisses) {
      complain('bff does not answer any more; it is ended');
      child?.kill('SIGKILL');
    }
  }
}
