/** The doctor's own look at the environment: it needs the bot's token beside what the BFF reads. */

/** The bot token, when one is set. */
export function readBotToken(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return environment.DISCORD_BOT_TOKEN || undefined;
}
