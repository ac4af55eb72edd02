/** Looks whether the bot and the BFF are up, and can hear each other. */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectBot } from '../bots/link.ts';
import type { Config } from '../env.ts';
import { createLog } from '../log.ts';
import { doubtful, type Finding, good } from './finding.ts';

const patienceMs = 3_000;

/** What can be seen of the running processes. That they do not run is no fault: the doctor comes before them. */
export async function checkProcesses(config: Config): Promise<Finding[]> {
  return await Promise.all([checkBotSocket(config), checkBff(config)]);
}

async function checkBotSocket(config: Config): Promise<Finding> {
  const checked = 'Bot answers on its socket';
  const link = connectBot(config.botSocket, createLog('silent'));
  try {
    const deadline = Date.now() + patienceMs;
    while (!link.state().connected && Date.now() < deadline) await sleep(50);
    const { connected, identity, count } = link.state();
    if (!connected || identity === null || count === null)
      return doubtful(
        checked,
        `nobody answers at ${config.botSocket}`,
        'Start it with: npm start. Bot and BFF need the same BOT_SOCKET (or DATA_DIR).',
      );
    return good(
      checked,
      `${identity.username}, in ${count.guild_count} servers, ${count.shards.ready} of ${count.shards.total} shards`,
    );
  } finally {
    await link.close();
  }
}

async function checkBff(config: Config): Promise<Finding> {
  const checked = 'BFF answers';
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${config.port}/readyz`;
  const status = await new Promise<number | undefined>((resolve) => {
    const asked = request(url, { timeout: patienceMs }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once('error', () => resolve(undefined));
    asked.once('timeout', () => asked.destroy());
    asked.end();
  });
  if (status === 200) return good(checked, url);
  if (status === undefined)
    return doubtful(checked, `nobody answers at ${url}`, 'Start it with: npm start');
  return doubtful(
    checked,
    `${url} answered ${status}`,
    'If that is the BFF, its storage cannot be reached: look at its log.',
  );
}
