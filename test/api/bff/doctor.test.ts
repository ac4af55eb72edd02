import { chmodSync, chownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkDiscord } from '../../../bff/doctor/check-discord.ts';
import { checkMachine } from '../../../bff/doctor/check-machine.ts';
import type { Finding } from '../../../bff/doctor/finding.ts';
import { readEnvironment } from '../../../bff/doctor/env.ts';
import { startBff } from '../../harness/bff.ts';
import { freePort } from '../../harness/ports.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { startProgram } from '../../harness/program.ts';
import { startDiscord, type TestDiscord } from '../../harness/discord.ts';
import { startFakeBot } from '../../harness/fake-bot.ts';

type Setting = {
  discord: TestDiscord;
  environment: Record<string, string>;
  directory: string;
};

/** A Discord, a bot and a BFF that fit each other; the doctor is told of all of them. */
async function set(redirectUri?: (publicUrl: string) => string): Promise<Setting> {
  const directory = directoryForTest();
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const discord = await startDiscord(publicUrl);
  if (redirectUri !== undefined)
    await discord.fault({
      path: '/api/v10/applications/@me',
      body: {
        id: discord.sandbox.config.clientId,
        name: 'Sandbox Bot',
        redirect_uris: redirectUri(publicUrl).split(' ').filter(Boolean),
      },
    });
  const bot = await startFakeBot(`${directory}/run/bot.sock`, ['1', '2']);
  const bff = await startBff(discord.environment, { directory, port });
  onTestFinished(async () => {
    await bff.close();
    await bot.close();
    await discord.close();
  });
  return {
    discord,
    directory,
    environment: {
      ...discord.environment,
      PORT: String(port),
      DATA_DIR: directory,
      PUBLIC_URL: publicUrl,
    },
  };
}

/** What the doctor says. */
async function examine(environment: Record<string, string>, main = 'bff/doctor/main.ts') {
  const { code, output } = await startProgram(
    main,
    environment,
    main === 'start.ts' ? ['--doctor'] : [],
  ).ended;
  const lines = output.split('\n');
  return {
    code,
    output,
    /** The line on a subject, with the advice below it. */
    on: (subject: string) => {
      const at = lines.findIndex((line) => line.slice(2).startsWith(subject));
      const advice = lines[at + 1]?.startsWith('    →') ? ` ${lines[at + 1]?.trim()}` : '';
      return at === -1 ? `nothing on ${subject} in:\n${output}` : `${lines[at]}${advice}`;
    },
    bad: lines.filter((line) => line.startsWith('✗')).length,
    doubtful: lines.filter((line) => line.startsWith('!')).length,
  };
}

/** What the doctor finds by asking a Discord with this fault, without a process of its own. */
async function askDiscord(fault: Parameters<TestDiscord['fault']>[0]): Promise<Finding[]> {
  const discord = await startDiscord('http://localhost:8001');
  onTestFinished(() => discord.close());
  await discord.fault(fault);
  return await checkDiscord(
    readEnvironment({
      ...discord.environment,
      SESSION_SECRET: 'x'.repeat(40),
      OUTBOUND_TIMEOUT_MS: '1000',
    }),
  );
}

/** What the doctor finds on this machine, where these variables are set. */
function examineMachine(environment: Record<string, string>): Finding[] {
  return checkMachine(
    readEnvironment({
      DISCORD_CLIENT_ID: '1180000000000000000',
      DISCORD_CLIENT_SECRET: 'x',
      SESSION_SECRET: 'x'.repeat(40),
      ...environment,
    }),
  );
}

describe('the doctor', () => {
  it.each(['bff/doctor/main.ts', 'start.ts'])(
    'DR-01 finds nothing where all is well (%s)',
    async (main) => {
      const { environment } = await set();
      const found = await examine(environment, main);
      expect(found.output).not.toMatch(/^[✗!]/m);
      expect(found.code).toBe(0);
      for (const subject of [
        'Configuration',
        'PUBLIC_URL',
        'Data directory',
        'Database file',
        'Socket directory',
        'Session secret',
        'Discord can be reached',
        'Clock agrees',
        'Client id and secret are accepted',
        'Bot token is accepted',
        'Bot and client belong to one application',
        'Redirect URI registered',
        'Bot answers on its socket: fake-bot, in 2 servers',
        'BFF answers',
      ])
        expect(found.on(subject)).toMatch(/^✓/);
      expect(found.output).toContain('Nothing stands in the way.');
      expect(found.output).not.toContain(environment.DISCORD_CLIENT_SECRET);
      expect(found.output).not.toContain(environment.DISCORD_BOT_TOKEN);
    },
  );

  it('DR-02 finds a wrong client secret, and does not repeat it', async () => {
    const { environment } = await set();
    const found = await examine({ ...environment, DISCORD_CLIENT_SECRET: 'a-wrong-secret' });
    expect(found.code).toBe(1);
    expect(found.bad).toBe(1);
    expect(found.on('Client id and secret')).toMatch(/^✗.*invalid_client.*DISCORD_CLIENT_SECRET/);
    expect(found.output).not.toContain('a-wrong-secret');
  });

  it('DR-02 finds a wrong bot token, and does not repeat it', async () => {
    const { environment } = await set();
    const found = await examine({ ...environment, DISCORD_BOT_TOKEN: 'a-wrong-token' });
    expect(found.code).toBe(1);
    expect(found.on('Bot token is accepted')).toMatch(/^✗.*DISCORD_BOT_TOKEN/);
    expect(found.output).not.toContain('a-wrong-token');
  });

  it('DR-02 finds that the bot belongs to another application', async () => {
    const { environment, discord } = await set();
    await discord.fault({
      path: '/api/v10/applications/@me',
      body: { id: '1190000000000000000', name: 'Another', redirect_uris: [] },
    });
    const found = await examine(environment);
    expect(found.code).toBe(1);
    expect(found.on('Bot and client belong to one application')).toMatch(
      /^✗.*1190000000000000000.*1180000000000000000/,
    );
  });

  it.each([
    ['a slash at the end', (url: string) => `${url}/discord/callback/`, /slash too many/],
    [
      'https',
      (url: string) => `${url.replace('http:', 'https:')}/discord/callback`,
      /begins with https:/,
    ],
    ['another port', () => 'http://localhost:3000/discord/callback', /port is 3000/],
    ['no port', () => 'http://localhost/discord/callback', /port is missing/],
    [
      '127.0.0.1',
      (url: string) => `${url.replace('localhost', '127.0.0.1')}/discord/callback`,
      /host is 127\.0\.0\.1/,
    ],
    [
      '[::1]',
      (url: string) => `${url.replace('localhost', '[::1]')}/discord/callback`,
      /host is \[::1\]/,
    ],
    ['another path', (url: string) => `${url}/callback`, /path is \/callback/],
    ['capital letters', (url: string) => `${url}/Discord/Callback`, /capital letters/],
    ['a query', (url: string) => `${url}/discord/callback?x=1`, /query or fragment/],
    [
      'two differences',
      (url: string) => `${url.replace('http:', 'https:')}/discord/callback/`,
      /https:.*slash too many/,
    ],
    [
      'another site',
      () => 'https://example.com/discord/callback',
      /1 registered, none of them ours/,
    ],
    ['nothing', () => '', /none is registered/],
    ['nonsense', () => 'not-a-url', /1 registered, none of them ours/],
  ])(
    'DR-03 finds a redirect URI registered with %s, and says which to add',
    async (_what, registered, difference) => {
      const findings = await askDiscord({
        path: '/api/v10/applications/@me',
        body: {
          id: '1180000000000000000',
          name: 'Sandbox Bot',
          redirect_uris: registered('http://localhost:8001').split(' ').filter(Boolean),
        },
      });
      const wrong = findings.filter(({ state }) => state !== 'good');
      expect(wrong).toEqual([
        {
          state: 'bad',
          checked: 'Redirect URI registered at Discord',
          found: expect.stringMatching(difference),
          mend: expect.stringContaining('add exactly this: http://localhost:8001/discord/callback'),
        },
      ]);
    },
  );

  it('DR-03 finds the right one among others', async () => {
    const { environment } = await set(
      (url) => `${url}/discord/callback/ ${url}/discord/callback https://x.test/`,
    );
    expect((await examine(environment)).code).toBe(0);
  });

  it.each([
    ['an hour ahead', -3_600_000, 'bad', /^3[56]\d\d s ahead$/],
    ['an hour behind', 3_600_000, 'bad', /^3[56]\d\d s behind$/],
    ['right to ten seconds', 10_000, 'good', /^\d+ s behind$/],
  ])('DR-04 finds a clock that is %s', async (_what, discordIsAheadMs, state, found) => {
    const findings = await askDiscord({
      path: '/api/v10/gateway',
      body: { url: 'wss://x.test' },
      headers: { date: new Date(Date.now() + discordIsAheadMs).toUTCString() },
    });
    expect(findings.find(({ checked }) => checked.startsWith('Clock agrees'))).toMatchObject({
      state,
      found: expect.stringMatching(found),
    });
  });

  it('DR-05 finds files and directories that others may enter', async () => {
    const { environment, directory } = await set();
    chmodSync(path.join(directory, 'guildhall.db'), 0o644);
    chmodSync(path.join(directory, 'run'), 0o755);
    const found = await examine(environment);
    expect(found.code).toBe(1);
    expect(found.on('Database file')).toMatch(/^✗.*mode 0644.*chmod 600/);
    expect(found.on('Socket directory')).toMatch(/^✗.*mode 0755.*chmod 700/);
  });

  it('DR-05 finds files where directories should be, and directories where files should', () => {
    const directory = directoryForTest();
    const file = path.join(directory, 'a-file');
    writeFileSync(file, '');
    mkdirSync(path.join(directory, 'a-directory'));
    const findings = examineMachine({
      DATABASE_URL: `file:${path.join(directory, 'a-directory')}`,
      BOT_SOCKET: path.join(file, 'bot.sock'),
    });
    expect(findings.filter(({ state }) => state === 'bad')).toMatchObject([
      { checked: 'Database file', mend: expect.stringContaining('DATABASE_URL') },
      { checked: 'Socket directory', mend: expect.stringContaining('BOT_SOCKET') },
    ]);
  });

  it('DR-05 refuses a link to the socket directory, as the bot does', () => {
    const directory = directoryForTest();
    mkdirSync(path.join(directory, 'run'), { mode: 0o700 });
    symlinkSync('run', path.join(directory, 'link'));
    const on = (run: string) =>
      examineMachine({ DATA_DIR: directory, BOT_SOCKET: path.join(directory, run, 'bot.sock') });
    expect(on('link')).toContainEqual(
      expect.objectContaining({ state: 'bad', checked: 'Socket directory' }),
    );
    expect(on('run').filter(({ state }) => state === 'bad')).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)(
    "DR-05 refuses another user's socket directory to root too, as the bot does",
    () => {
      const directory = directoryForTest();
      mkdirSync(path.join(directory, 'run'), { mode: 0o700 });
      chownSync(path.join(directory, 'run'), 65_534, 65_534);
      expect(examineMachine({ DATA_DIR: directory })).toContainEqual(
        expect.objectContaining({
          state: 'bad',
          checked: 'Socket directory',
          found: expect.stringContaining('another user'),
        }),
      );
    },
  );

  it('DR-05 knows which missing data directory the first start can make', () => {
    const directory = directoryForTest();
    writeFileSync(path.join(directory, 'a-file'), '');
    symlinkSync('nowhere', path.join(directory, 'a-dead-link'));
    expect(examineMachine({ DATA_DIR: path.join(directory, 'some/way/down') })).toContainEqual({
      state: 'good',
      checked: 'Data directory',
      found: expect.stringContaining('is made on the first start'),
    });
    for (const name of ['a-file', 'a-dead-link'])
      expect(
        examineMachine({ DATABASE_URL: path.join(directory, name, 'down/other.db') }),
      ).toContainEqual({
        state: 'bad',
        checked: 'Data directory',
        found: expect.stringContaining("can't be made"),
        mend: expect.stringContaining('DATABASE_URL'),
      });
  });

  it('DR-05 names the right cure for a directory that this user may not write to', () => {
    const directory = directoryForTest();
    expect(examineMachine({ DATA_DIR: '/proc/nope' })).toContainEqual({
      state: 'bad',
      checked: 'Data directory',
      found: "/proc/nope does not exist and can't be made in /proc",
      mend: expect.stringContaining('DATA_DIR'),
    });
    expect(examineMachine({ DATA_DIR: '/sys' })).toContainEqual({
      state: 'bad',
      checked: 'Data directory',
      found: "/sys can't be written to",
      mend: expect.stringContaining('read only'),
    });
    const secret = path.join(directory, 'session-secret');
    writeFileSync(secret, 'too short', { mode: 0o600 });
    const withoutSecret = { DATA_DIR: directory, SESSION_SECRET: '' };
    expect(examineMachine(withoutSecret)).toContainEqual(
      expect.objectContaining({ state: 'bad', mend: expect.stringContaining(`rm ${secret}`) }),
    );
    chmodSync(secret, 0o644);
    expect(examineMachine(withoutSecret)).toContainEqual(
      expect.objectContaining({ state: 'bad', mend: `Run: chmod 600 ${secret}` }),
    );
  });

  it.each(['bff/doctor/main.ts', 'start.ts'])(
    'DR-09 only looks: it makes neither secret nor directory nor database (%s)',
    async (main) => {
      const directory = path.join(directoryForTest(), 'data');
      const found = await examine(
        {
          DISCORD_CLIENT_ID: '1180000000000000000',
          DISCORD_CLIENT_SECRET: 'x',
          DISCORD_BOT_TOKEN: 'x',
          DISCORD_API_URL: 'http://127.0.0.1:9/api',
          DATA_DIR: directory,
          PORT: String(await freePort()),
        },
        main,
      );
      expect(found.on('Session secret')).toMatch(/^✓.*made on the first start/);
      expect(readdirSync(path.dirname(directory))).toEqual([]);
    },
  );

  it('DR-09 ends where nothing can be made, and says so', async () => {
    const { environment } = await set();
    const found = await examine({ ...environment, DATA_DIR: '/proc/nope' });
    expect(found.code).toBe(1);
    expect(found.on('Data directory')).toMatch(/^✗ .*\/proc\/nope.*DATA_DIR/);
    expect(found.on('Socket directory')).toMatch(/^✗ .*BOT_SOCKET/);
    expect(found.on('Client id and secret')).toMatch(/^✓/);
  });

  it('DR-10 finds a file of credentials that others can read', async () => {
    const { environment } = await set();
    const file = path.join(directoryForTest(), '.env');
    writeFileSync(file, '', { mode: 0o644 });
    const of = async () => {
      const { output } = await startProgram('bff/doctor/main.ts', environment, [`--dotenv=${file}`])
        .ended;
      return output.split('\n').filter((line) => line.includes(file));
    };
    expect(await of()).toEqual([
      expect.stringMatching(/^✗ File with the credentials.*mode 0644/),
      expect.stringContaining(`chmod 600 ${file}`),
    ]);
    chmodSync(file, 0o600);
    expect(await of()).toEqual([`✓ File with the credentials: ${file}`]);
  });

  it('DR-11 looks at all that does not need the variable that is wrong', async () => {
    const { environment } = await set();
    const found = await examine({
      ...environment,
      DISCORD_CLIENT_SECRET: '',
      SESSION_IDLE_SECONDS: 'never',
    });
    expect(found.code).toBe(1);
    expect(found.output).toMatch(/✗ Configuration: DISCORD_CLIENT_SECRET is missing\n.*OAuth2/);
    expect(found.output).toMatch(/✗ Configuration: SESSION_IDLE_SECONDS must be/);
    expect(found.output).not.toContain('Client id and secret are accepted');
    for (const subject of ['Data directory', 'Bot token', 'Redirect URI', 'Bot answers', 'BFF'])
      expect(found.on(subject)).toMatch(/^✓/);
  });

  it('DR-11 names a variable that only looks like one of ours', async () => {
    const { environment } = await set();
    const found = await examine({ ...environment, HSOT: '0.0.0.0', DISCORD_CLIENTID: '1' });
    expect(found.output).toMatch(/! Configuration: HSOT .*HOST/);
    expect(found.output).toMatch(/! Configuration: DISCORD_CLIENTID .*DISCORD_CLIENT_ID/);
    expect(found.code).toBe(0);
  });

  it('DR-12 tells one that answers wrongly on the socket from nobody', async () => {
    const { environment, directory } = await set();
    const socket = path.join(directory, 'run', 'other.sock');
    const other = createServer((connection) => connection.end('HTTP/1.1 400 Bad Request\n'));
    await new Promise<void>((resolve) => other.listen(socket, resolve));
    onTestFinished(() => void other.close());
    const found = await examine({ ...environment, BOT_SOCKET: socket });
    expect(found.on('Bot answers on its socket')).toMatch(/^✗ .*not as it should \(hung_up\)/);
    expect(found.code).toBe(1);
  });

  it('DR-06 finds that Discord is away, and stops asking', async () => {
    const { environment } = await set();
    const found = await examine({ ...environment, DISCORD_API_URL: 'http://127.0.0.1:9/api' });
    expect(found.code).toBe(1);
    expect(found.on('Discord can be reached')).toMatch(/^✗.*ECONNREFUSED.*DISCORD_API_URL/);
    expect(found.output).not.toContain('Bot token');
  });

  it.each([
    ['500', { status: 500, body: 'oops' }],
    ['silence', { delay_ms: 60_000 }],
    ['HTML', { status: 403, body: '<p>blocked' }],
  ])('DR-06 is not misled when Discord answers everything with %s', async (_what, fault) => {
    const findings = await askDiscord({ path: '/api/*', ...fault });
    expect(findings).toMatchObject([{ state: 'bad', checked: 'Discord can be reached' }]);
  });

  it('DR-06 doubts, and does not blame, while Discord fails in the middle', async () => {
    const { environment, discord } = await set();
    await discord.fault({ path: '/api/oauth2/token', status: 503, body: 'oops' });
    await discord.fault({ path: '/api/v10/applications/@me', status: 429, body: {} });
    const found = await examine(environment);
    expect(found.on('Client id and secret')).toMatch(/^! .*503/);
    expect(found.on('Bot token')).toMatch(/^! .*429/);
    expect(found.code).toBe(0);
  });

  it('DR-07 mentions that bot and BFF do not run, which is no fault', async () => {
    const { environment } = await set();
    const found = await examine({
      ...environment,
      DATA_DIR: directoryForTest(),
      PORT: String(await freePort()),
    });
    expect(found.on('Bot answers on its socket')).toMatch(/^! .*nobody answers.*npm start/);
    expect(found.on('BFF answers')).toMatch(/^! .*nobody answers.*npm start/);
    expect(found.code).toBe(0);
  });

  it.each(['bff/doctor/main.ts', 'start.ts'])(
    'DR-08 names every variable that is wrong or missing (%s)',
    async (main) => {
      const found = await examine(
        {
          DISCORD_CLIENT_ID: '1180000000000000000',
          DISCORD_BOT_TOKEN: 'a-bot-token',
          PUBLIC_URL: 'http://user:hunter2@evil.test',
          SESSION_SECRET: 'a-short-secret',
          DATA_DIR: directoryForTest(),
        },
        main,
      );
      expect(found.code).toBe(1);
      for (const name of ['DISCORD_CLIENT_SECRET is missing', 'PUBLIC_URL', 'SESSION_SECRET'])
        expect(found.output).toContain(name);
      expect(found.output).not.toMatch(/hunter2|a-short-secret|a-bot-token/);
    },
  );

  it('DR-08 names a bot token that is missing', async () => {
    const { environment } = await set();
    const { DISCORD_BOT_TOKEN: _token, ...others } = environment;
    const found = await examine(others);
    expect(found.code).toBe(1);
    expect(found.output).toMatch(/✗ Configuration: DISCORD_BOT_TOKEN is missing\n.*from where/);
  });
});
