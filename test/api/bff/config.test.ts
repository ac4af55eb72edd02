import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../../bff/env.ts';
import { ConfigError } from '../../../shared/environment.ts';
import { startBff } from '../../harness/bff.ts';
import { freePort } from '../../harness/ports.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { startBffProcess } from '../../harness/bff-process.ts';
import { startProgram } from '../../harness/program.ts';

const enough = () => ({
  DISCORD_CLIENT_ID: '1180000000000000000',
  DISCORD_CLIENT_SECRET: 'a-client-secret',
  DATA_DIR: directoryForTest(),
});

/** What is said of an environment; empty when nothing is wrong with it. */
function complaint(environment: Record<string, string | undefined>): string {
  try {
    readConfig({ ...enough(), ...environment });
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}

const wrong: [string, string][] = [
  ['SESSION_SECRET', 'too-short-a-secret'],
  ['SESSION_SECRET', 'x'.repeat(31)],
  ['SESSION_SECRET', `${'x'.repeat(40)},short-second-key`],
  ['SESSION_SECRET', `${'x'.repeat(40)},`],
  ['SESSION_SECRET', ' '.repeat(40)],
  ['PUBLIC_URL', 'http://guildhall.test'],
  ['PUBLIC_URL', 'http://192.168.1.5:8001'],
  ['PUBLIC_URL', 'http://localhost.evil.test'],
  ['PUBLIC_URL', 'http://127.0.0.1.evil.test'],
  ['PUBLIC_URL', 'https://guildhall.test/path'],
  ['PUBLIC_URL', 'https://guildhall.test/?query=x'],
  ['PUBLIC_URL', 'https://guildhall.test/#hash'],
  ['PUBLIC_URL', 'https://user:hunter2@guildhall.test'],
  ['PUBLIC_URL', 'http://user:hunter2@guildhall.test/path?x#y'],
  ['PUBLIC_URL', 'guildhall.test'],
  ['PUBLIC_URL', 'localhost:8001'],
  ['PUBLIC_URL', '//guildhall.test'],
  ['PUBLIC_URL', 'ftp://localhost'],
  ['PUBLIC_URL', 'javascript:alert(1)'],
  ['PUBLIC_URL', 'https://'],
  ['PUBLIC_URL', 'https://a.test,https://b.test'],
  ['SUPPORT_URL', 'http://ozzy.example'],
  ['SUPPORT_URL', 'mailto:ozzy@ozzy.example'],
  ['PRIVACY_URL', 'javascript:alert(1)'],
  ['PRIVACY_URL', '/privacy'],
  ['TERMS_URL', 'https://user:hunter2@ozzy.example/terms'],
  ['TERMS_URL', 'terms'],
  ['ACCENT_COLOR', 'red'],
  ['ACCENT_COLOR', '#fff'],
  ['ACCENT_COLOR', '#3366cc}body{display:none'],
  ['ACCENT_COLOR', '#3366cg'],
  ['SITE_NAME', 'x'.repeat(61)],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PORT', '1e3'],
  ['PORT', '0x10'],
  ['PORT', '80.5'],
  ['PORT', ' 8001'],
  ['PORT', '８００１'],
  ['PORT', 'http'],
  ['DISCORD_CLIENT_ID', 'two words'],
  ['DISCORD_CLIENT_ID', 'a-line\nbreak'],
  ['DISCORD_CLIENT_ID', 'x'.repeat(201)],
  ['DISCORD_API_URL', 'http://discord.test/api'],
  ['DISCORD_API_URL', 'https://user:hunter2@discord.test/api'],
  ['DISCORD_API_URL', 'https://discord.test/api?x'.concat('=1')],
  ['DISCORD_API_URL', 'not-a-url'],
  ['DISCORD_AUTHORIZE_URL', 'https://discord.test/oauth2/authorize#x'],
  ['DISCORD_AUTHORIZE_URL', 'http://discord.test/oauth2/authorize'],
  ['DISCORD_CDN_URL', 'data:text/html,x'],
  ['DATABASE_URL', 'postgres://user:hunter2@db.test/guildhall'],
  ['DATABASE_URL', 'mysql://user:hunter2@db.test/guildhall'],
  ['DATABASE_URL', 'file:'],
  ['BOT_SOCKET', `/tmp/${'long-name/'.repeat(10)}bot.sock`],
  ['DATA_DIR', `/tmp/${'long-name/'.repeat(10)}data`],
  ['LOGIN_TTL_SECONDS', '0'],
  ['LOGIN_TTL_SECONDS', '3601'],
  ['SESSION_IDLE_SECONDS', '1e3'],
  ['SESSION_MAX_SECONDS', '-5'],
  ['SESSION_MAX_SECONDS', 'Infinity'],
  ['OUTBOUND_TIMEOUT_MS', '0x10'],
  ['OUTBOUND_TIMEOUT_MS', '99'],
  ['OUTBOUND_TIMEOUT_MS', '60001'],
  ['TRUSTED_PROXY_HOPS', 'true'],
  ['TRUSTED_PROXY_HOPS', '11'],
  ['LOG_LEVEL', 'verbose'],
];

describe('a configuration', () => {
  it.each(wrong)('LG-05 is refused for %s=%s, named once and not repeated', (name, value) => {
    const said = complaint({ [name]: value });
    // The socket lies in DATA_DIR; it is the socket's path that is too long.
    expect(said.match(/^ {2}- (\w+) /gm)).toEqual([
      `  - ${name === 'DATA_DIR' ? 'BOT_SOCKET' : name} `,
    ]);
    if (value.trim().length > 5) expect(said).not.toContain(value.trim());
    expect(said).not.toContain('hunter2');
  });

  it.each(['DISCORD_CLIENT_ID', 'DISCORD_CLIENT_SECRET'])('LG-05 is refused without %s', (name) => {
    for (const value of [undefined, '']) {
      const said = complaint({ [name]: value });
      expect(said.match(/^ {2}- .*$/gm)).toEqual([`  - ${name} is missing`]);
    }
  });

  it('LG-05 is told all that is wrong with it at once', () => {
    const said = complaint({
      DISCORD_CLIENT_SECRET: '',
      PORT: 'x',
      PUBLIC_URL: 'http://evil.test',
      SESSION_SECRET: 'short',
      BOT_SOCKET: '/tmp/'.padEnd(120, 'x'),
    });
    for (const name of [
      'DISCORD_CLIENT_SECRET',
      'PORT',
      'PUBLIC_URL',
      'SESSION_SECRET',
      'BOT_SOCKET',
    ])
      expect(said.match(new RegExp(`^  - ${name} `, 'gm'))).toHaveLength(1);
  });

  it.each([
    ['PUBLIC_URL', 'https://guildhall.test', 'https://guildhall.test'],
    ['PUBLIC_URL', 'https://guildhall.test/', 'https://guildhall.test'],
    ['PUBLIC_URL', 'https://GUILDHALL.test:443', 'https://guildhall.test'],
    ['PUBLIC_URL', 'https://guildhall.test:8443', 'https://guildhall.test:8443'],
    ['PUBLIC_URL', 'http://localhost:8001', 'http://localhost:8001'],
    ['PUBLIC_URL', 'http://127.0.0.1:8001', 'http://127.0.0.1:8001'],
    ['PUBLIC_URL', 'http://[::1]:8001', 'http://[::1]:8001'],
  ])('LG-05 takes %s=%s', (name, value, read) => {
    expect(complaint({ [name]: value })).toBe('');
    expect(readConfig({ ...enough(), [name]: value }).publicUrl).toBe(read);
  });

  it('LG-05 counts an empty variable as absent', () => {
    const environment = enough();
    const names = [
      'PORT',
      'PUBLIC_URL',
      'SESSION_SECRET',
      'DATABASE_URL',
      'BOT_SOCKET',
      'HOST',
      'LOG_LEVEL',
      'LOGIN_TTL_SECONDS',
      'OUTBOUND_TIMEOUT_MS',
      'TRUSTED_PROXY_HOPS',
      'DISCORD_API_URL',
      'DISCORD_AUTHORIZE_URL',
      'DISCORD_CDN_URL',
    ];
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    expect(readConfig({ ...environment, ...empty })).toEqual(readConfig(environment));
  });

  it('LG-05 ends the process with EX_CONFIG and the names, before anything is opened', async () => {
    const dataDir = path.join(directoryForTest(), 'data');
    const { code, output } = await startProgram('bff/main.ts', {
      DISCORD_CLIENT_ID: '1180000000000000000',
      PUBLIC_URL: 'http://user:hunter2@evil.test',
      SESSION_SECRET: 'a-short-secret',
      PORT: '1e3',
      DATA_DIR: dataDir,
    }).ended;
    expect(code).toBe(78);
    for (const name of ['DISCORD_CLIENT_SECRET', 'PUBLIC_URL', 'SESSION_SECRET', 'PORT'])
      expect(output.split(name)).toHaveLength(2);
    expect(output).not.toMatch(/hunter2|a-short-secret|1e3|\bat .*\.ts|node:internal/);
    expect(() => statSync(dataDir)).toThrow(/ENOENT/);
  });

  it.each([
    ['HOST', 'no-such-host.invalid'],
    ['HOST', '203.0.113.1'],
  ])('LG-05 names %s when the machine has no address %s', async (name, value) => {
    const { code, output } = await startProgram('bff/main.ts', {
      ...enough(),
      PORT: String(await freePort()),
      [name]: value,
    }).ended;
    expect(code).toBe(78);
    expect(output).toMatch(new RegExp(`^  - ${name} ${value} .*set HOST`, 'm'));
    expect(output).not.toMatch(/\bat .*\.ts|node:internal/);
  });
});

/** What cannot be kept where the environment says, each with the variable that is named. */
const unusablePlaces: [string, (directory: string) => Record<string, string>][] = [
  ['DATA_DIR', () => ({ DATA_DIR: '/proc/nope' })],
  ['DATA_DIR', (directory) => ({ DATA_DIR: path.join(directory, 'a-file') })],
  ['DATA_DIR', (directory) => ({ DATA_DIR: path.join(directory, 'a-file', 'below') })],
  ['DATA_DIR', (directory) => ({ DATA_DIR: path.join(directory, 'a-dead-link') })],
  ['DATABASE_URL', () => ({ DATABASE_URL: 'file:/proc/nope/guildhall.db' })],
  ['DATABASE_URL', (directory) => ({ DATABASE_URL: path.join(directory, 'a-directory') })],
  ['DATABASE_URL', (directory) => ({ DATABASE_URL: path.join(directory, 'a-file', 'x.db') })],
];

describe('a place where nothing can be kept', () => {
  it.each(unusablePlaces)(
    'LG-05 ends the BFF with 78, the variable, the path and what to do (%s)',
    async (name, make) => {
      const directory = directoryForTest();
      writeFileSync(path.join(directory, 'a-file'), '');
      mkdirSync(path.join(directory, 'a-directory'));
      symlinkSync('nowhere', path.join(directory, 'a-dead-link'));
      const environment = make(directory);
      const { code, output } = await startProgram('bff/main.ts', {
        ...enough(),
        PORT: String(await freePort()),
        ...environment,
      }).ended;
      expect(code).toBe(78);
      expect(output).toMatch(new RegExp(`^  - ${name}[ :]`, 'm'));
      expect(output).toContain(environment[name]?.replace('file:', ''));
      expect(output).toMatch(/another DATA_DIR|name a file/);
      expect(output).not.toMatch(/\bat .*\.ts|node:internal/);
    },
  );
});

describe('a variable that only looks like one of ours', () => {
  it.each([
    ['HSOT', 'HOST'],
    ['DISCORD_CLIENTID', 'DISCORD_CLIENT_ID'],
    ['session_secret', 'SESSION_SECRET'],
    ['TRUSTED_PROXY_HOP', 'TRUSTED_PROXY_HOPS'],
  ])('is named in a warning, with the one that may be meant: %s', async (name, meant) => {
    const bff = await startBffProcess({ [name]: 'a-value-that-may-be-secret' });
    expect(bff.output()).toContain(
      `${name} is not a variable of ours, so it does nothing: is ${meant} meant?`,
    );
    expect(bff.output()).not.toContain('a-value-that-may-be-secret');
  });

  it.each(['HOME', 'PATH', 'HOSTNAME', 'DISCORD_BOT_TOKEN', 'SANDBOX_PORT', 'NODE_ENV'])(
    'is not %s',
    (name) => {
      expect(readConfig({ ...enough(), [name]: 'x' }).warnings).toEqual([]);
    },
  );
});

describe('the session secret', () => {
  it('LG-06 is made once, kept from others, and never logged', async () => {
    const bff = await startBff({}, { directory: directoryForTest() });
    const file = path.join(path.dirname(bff.config.databaseFile), 'session-secret');
    const secret = readFileSync(file, 'utf8');
    await bff.close();
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(bff.log.join('')).not.toContain(secret);
    const again = await startBff({}, { directory: path.dirname(file) });
    onTestFinished(() => again.close());
    expect(again.config.sessionSecrets).toEqual([secret]);
  });

  it('LG-06 is closed to others where it was open', () => {
    const environment = enough();
    readConfig(environment);
    const file = path.join(environment.DATA_DIR, 'session-secret');
    chmodSync(file, 0o644);
    readConfig(environment);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['is cut short', (file: string) => writeFileSync(file, 'short')],
    ['is empty', (file: string) => writeFileSync(file, '')],
    ['is a directory', (file: string) => mkdirSync(file)],
  ])('LG-06 that %s is refused, by the name of DATA_DIR', (_what, spoil) => {
    const environment = enough();
    spoil(path.join(environment.DATA_DIR, 'session-secret'));
    expect(() => readConfig(environment)).toThrow(/DATA_DIR/);
  });

  it('LG-06 and the database are nobody else’s, whatever the umask', async () => {
    const bff = await startBffProcess();
    for (const name of ['guildhall.db', 'session-secret'])
      expect(statSync(path.join(bff.directory, name)).mode & 0o077).toBe(0);
  });
});
