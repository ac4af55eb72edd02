/** Looks whether the bot and the BFF are up, and can hear each other. */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwayReason } from '../bots/away.ts';
import { connectBot } from '../bots/link.ts';
import type { Config } from '../env.ts';
import { createLog } from '../log.ts';
import { bad, doubtful, type Finding, good } from './finding.ts';

const patienceMs = 3_000;

/** It may be meant so: the doctor comes before bot and BFF are started, and while they start. */
const innocent: ReadonlySet<AwayReason> = new Set(['no_socket', 'refused', 'starting']);

/** What can be seen of the running processes. That they do not run is no fault: the doctor comes before them. */
export async function checkBot(socketPath: string): Promise<Finding> {
  const checked = 'Bot answers on its socket';
  const link = connectBot(socketPath, createLog('silent', { write: () => {} }));
  try {
    const deadline = Date.now() + patienceMs;
    while (!link.state().connected && Date.now() < deadline) await sleep(50);
    const { away, identity, count } = link.state();
    if (away === null && identity !== null && count !== null)
      return good(
        checked,
        `${identity.username}, in ${count.guild_count} servers, ${count.shards.ready} of ${count.shards.total} shards`,
      );
    const { reason, explanation } = away ?? { reason: 'starting', explanation: '' };
    if (reason === 'no_socket' || reason === 'refused')
      return doubtful(
        checked,
        `nobody answers at ${socketPath}`,
        'Start it with: npm start. Bot and BFF need the same BOT_SOCKET (or DATA_DIR).',
      );
    return innocent.has(reason)
      ? doubtful(checked, 'it is starting', 'If it stays so, look at its log.')
      : bad(checked, `not as it should (${reason})`, explanation);
  } finally {
    await link.close();
  }
}

/** Looks whether the BFF is up, and whether it is the BFF that answers at its address. */
export async function checkBff(config: Config): Promise<Finding> {
  const checked = 'BFF answers';
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${config.port}/readyz`;
  const answer = await ask(url);
  if (answer === undefined)
    return doubtful(checked, `nobody answers at ${url}`, 'Start it with: npm start');
  if (!answer.body.includes('"version"'))
    return bad(
      checked,
      `another program answers at ${url}`,
      'End that one, or set PORT to another port.',
    );
  if (answer.status === 200) return good(checked, url);
  return doubtful(
    checked,
    `${url} answered ${answer.status}`,
    'Its storage cannot be reached: look at its log.',
  );
}

function ask(url: string): Promise<{ status: number; body: string } | undefined> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(patienceMs);
    const question = request(url, { agent: false, signal }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body = (body + text).slice(0, 10_000);
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.once('close', () => resolve(undefined)); // cut off, unless it has ended before
    });
    question.once('error', () => resolve(undefined));
    question.end();
  });
}
