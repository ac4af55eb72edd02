/** Says where to look, once there is something to see. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.ts';
import type { Launch } from './env.ts';
import { say } from './say.ts';
import type { Supervisor } from './supervisor.ts';

const askEveryMs = 100;
/** A bot that takes longer is on its way, or says in the log why it is not; the pages work without it. */
const botPatienceMs = 15_000;

/**
 * Waits until the BFF is ready and the bot has reported (or has had its time), and in development until the pages are
 * there, then says where they are.
 */
export async function announce(
  { publicUrl, bffUrl, isSandbox }: Launch,
  isDevelopment: boolean,
  supervisor: Supervisor,
): Promise<void> {
  if (bffUrl === undefined) return; // not to be known from here, or about to be named by the BFF
  let readySince: number | undefined;
  for (;;) {
    if (supervisor.isStopping) return;
    const bot = await readyBff(bffUrl);
    if (bot !== undefined) {
      readySince ??= performance.now();
      const hasSettled = bot.isThere || performance.now() - readySince > botPatienceMs;
      if (hasSettled && (!isDevelopment || (await ask(publicUrl)) !== undefined)) {
        if (supervisor.isStopping) return;
        say(announcement(publicUrl, isSandbox, bot));
        return;
      }
    }
    await sleep(askEveryMs);
  }
}

type Bot = { isThere: boolean; reason?: string };

/** What the BFF says of the bot; undefined while it is not ready itself. */
async function readyBff(bffUrl: string): Promise<Bot | undefined> {
  const answer = await ask(`${bffUrl}/readyz`);
  if (answer?.status !== 200) return undefined;
  try {
    const { data } = JSON.parse(answer.body) as { data: { bot: string; bot_reason?: string } };
    return { isThere: data.bot === 'connected', reason: data.bot_reason };
  } catch {
    return undefined; // somebody else's answer
  }
}

function announcement(publicUrl: string, isSandbox: boolean, bot: Bot): string {
  const lines = [
    `Guildhall is at ${publicUrl}${isSandbox ? ' (a sandbox instead of Discord, because no credentials are set; see README.md to go live)' : ''}`,
  ];
  if (!isSandbox)
    lines.push(
      `Redirect URI, to be registered at Discord (OAuth2 → Redirects): ${publicUrl}/discord/callback`,
    );
  if (!bot.isThere)
    lines.push(
      `The bot is not there yet${bot.reason === undefined ? '' : ` (${bot.reason})`}; the page shows it as soon as it is.`,
    );
  return `\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
