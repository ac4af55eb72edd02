/** What a sandbox is started with. */
export type Config = {
  /** 0 takes any free port. */
  port: number;
  /** Where clients reach it, without a slash at the end; null: `http://localhost:` and the port. */
  publicUrl: string | null;
  clientId: string;
  clientSecret: string;
  botToken: string;
  redirectUris: string[];
  /** How many servers the bot starts in. */
  guilds: number;
};

/** A configuration whose address is known, as it is once the sandbox listens. */
export type PlacedConfig = Config & { publicUrl: string };

/** The most servers a world may have the bot in. */
export const maxGuilds = 20_000;

const clientId = '1180000000000000000';

/** A token for an application. As with Discord's tokens, the part before the first dot is the application's id. */
export function botTokenOf(id: string): string {
  return `${Buffer.from(id).toString('base64url')}.sandbox.bot-token`;
}

/** An application that works out of the box. None of this is a secret: it opens nothing but a sandbox. */
export const defaultConfig: Config = {
  port: 8002,
  publicUrl: null,
  clientId,
  clientSecret: 'sandbox-client-secret',
  botToken: botTokenOf(clientId),
  redirectUris: [
    'http://localhost:8001/discord/callback',
    'http://127.0.0.1:8001/discord/callback',
  ],
  guilds: 24,
};
