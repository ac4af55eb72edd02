/** Reads what start.ts itself needs of the environment, and makes the environments of the processes it starts. */

/** What the application is known by at Discord. */
export const credentials = ['DISCORD_CLIENT_ID', 'DISCORD_CLIENT_SECRET', 'DISCORD_BOT_TOKEN'];

/** Where vite listens, as vite.config.ts has it. */
const developmentPort = '5173';
const defaultOutboundTimeoutMs = 8_000;

export type Launch = {
  /** No credentials are set, so a sandbox plays Discord. */
  isSandbox: boolean;
  publicUrl: string;
  /** The ports that must be free, by the variable that moves them; vite's has none. */
  ports: { name: string; port: string; movedBy?: string }[];
  /** The BFF, as it is asked from this machine; undefined where that cannot be known. */
  bffUrl: string | undefined;
  /** How long any one answer of Discord's may take, which the end of the BFF may have to wait for. */
  outboundTimeoutMs: number;
  /** What a process finds in its environment: everything but what is withheld, the secrets of another. */
  environment(...withheld: string[]): NodeJS.ProcessEnv;
};

/** Reads the environment. What is wrong with it beyond the credentials is said by the part that reads it. */
export function readLaunch(
  isDevelopment: boolean,
  variables: NodeJS.ProcessEnv = process.env,
): Launch {
  const isSandbox = credentials.every((name) => !variables[name]);
  const port = variables.PORT || '8001';
  const sandboxPort = variables.SANDBOX_PORT || '8002';
  const publicUrl =
    variables.PUBLIC_URL || `http://localhost:${isDevelopment ? developmentPort : port}`;
  const all = {
    ...variables,
    // With a PORT that is none there is no address either; the BFF names the PORT.
    PUBLIC_URL: URL.canParse(publicUrl) ? publicUrl : '',
    ...(isSandbox && sandboxEnvironment(sandboxPort, publicUrl)),
  };
  const outboundTimeoutMs = Number(variables.OUTBOUND_TIMEOUT_MS || defaultOutboundTimeoutMs);
  return {
    isSandbox,
    publicUrl,
    ports: [
      { name: 'PORT', port, movedBy: 'PORT' },
      ...(isSandbox ? [{ name: 'SANDBOX_PORT', port: sandboxPort, movedBy: 'SANDBOX_PORT' }] : []),
      ...(isDevelopment ? [{ name: "vite's port", port: developmentPort }] : []),
    ],
    bffUrl: bffUrl(variables.HOST || '127.0.0.1', port),
    outboundTimeoutMs: Number.isFinite(outboundTimeoutMs)
      ? outboundTimeoutMs
      : defaultOutboundTimeoutMs,
    environment: (...withheld) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => !withheld.includes(name))),
  };
}

/** The credentials that are missing beside those that are set: none when all or none are. */
export function missingCredentials(variables: NodeJS.ProcessEnv = process.env): string[] {
  const missing = credentials.filter((name) => !variables[name]);
  return missing.length < credentials.length ? missing : [];
}

/** Credentials that open nothing but the sandbox, which listens on this machine only. */
function sandboxEnvironment(sandboxPort: string, publicUrl: string): NodeJS.ProcessEnv {
  const sandboxUrl = `http://localhost:${sandboxPort}`;
  const clientId = '1100000000000000001';
  const application = {
    DISCORD_CLIENT_ID: clientId,
    DISCORD_CLIENT_SECRET: 'sandbox-client-secret',
    // As at Discord, the application's id stands in front; some libraries read it there.
    DISCORD_BOT_TOKEN: `${Buffer.from(clientId).toString('base64url')}.sandbox.bot-token`,
  };
  return {
    ...application,
    DISCORD_AUTHORIZE_URL: `${sandboxUrl}/oauth2/authorize`,
    DISCORD_API_URL: `${sandboxUrl}/api`,
    DISCORD_CDN_URL: `${sandboxUrl}/cdn`,
    SANDBOX_CLIENT_ID: application.DISCORD_CLIENT_ID,
    SANDBOX_CLIENT_SECRET: application.DISCORD_CLIENT_SECRET,
    SANDBOX_BOT_TOKEN: application.DISCORD_BOT_TOKEN,
    SANDBOX_REDIRECT_URIS: `${publicUrl}/discord/callback`,
  };
}

function bffUrl(host: string, port: string): string | undefined {
  const isAnyAddress = host === '0.0.0.0' || host === '::';
  const name = isAnyAddress ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  const url = `http://${name}:${port}`;
  return port !== '0' && URL.canParse(url) ? url : undefined;
}
