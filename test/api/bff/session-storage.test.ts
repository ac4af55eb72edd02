import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSeal } from '../../../bff/storage/seal.ts';
import { startBff, temporaryDirectory } from '../../harness/bff.ts';
import { databaseOf, rowsIn } from '../../harness/database.ts';
import { discordPaths, people } from '../../harness/discord.ts';
import { loginAt, startProvider } from '../../harness/provider.ts';
import { Stack, startStack } from '../../harness/stack.ts';
import type { Answer, Visitor } from '../../harness/visitor.ts';

const hashOf = (id: string): string => createHash('sha256').update(id).digest('base64url');
const rowOf = (visitor: Visitor): string => hashOf(visitor.cookies.get('guildhall') ?? '');

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

describe('sessions at rest', () => {
  it('SE-21 have hashes for keys, and hold no token, name, verifier or id that can be read', async () => {
    const provider = await startProvider();
    const directory = temporaryDirectory();
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const bff = await startBff(provider.environment, { directory });
    onTestFinished(() => bff.close());
    const { visitor, answer } = await loginAt(bff.url);
    expect(answer.headers.location).toContain('/discord/guilds');
    const started = await visitor.get('/discord/login?next=/discord/account');
    const state = new URL(started.location).searchParams.get('state') ?? '';

    const exchange = provider.to('/api/oauth2/token')[0]?.form ?? {};
    const secrets = [
      'access-token-1',
      'refresh-token-1',
      'ingrid',
      'Ingrid',
      '/discord/account',
      state,
      exchange.code_verifier ?? '',
      ...visitor.cookies.values(),
    ];
    expect(secrets.every((secret) => secret.length > 5)).toBe(true);
    const files = filesIn(directory).filter((file) => !file.endsWith('session-secret'));
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const file of files) {
      const bytes = readFileSync(file);
      for (const secret of secrets)
        for (const form of [
          Buffer.from(secret),
          Buffer.from(secret, 'utf16le'),
          Buffer.from(Buffer.from(secret).toString('base64').replace(/=*$/, '').slice(0, -1)),
          Buffer.from(Buffer.from(secret).toString('hex')),
          Buffer.from(secret, 'base64url'),
        ])
          if (form.length > 5) expect(bytes.includes(form), `${file} ${secret}`).toBe(false);
    }
    const ids = databaseOf(bff).prepare('select id_hash from sessions').all();
    expect(ids).toEqual([{ id_hash: rowOf(visitor) }]);
  });

  it('SE-21 lie in files that their owner alone can read', async () => {
    const stack = await startStack();
    await stack.signedIn();
    const directory = path.dirname(stack.bff.config.databaseFile);
    const files = filesIn(directory);
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const file of files) expect(statSync(file).mode & 0o077, file).toBe(0);
  });

  it('SE-21 take a file that everybody could read away from them', async () => {
    const directory = temporaryDirectory();
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const first = await startBff({}, { directory });
    await first.close();
    const files = filesIn(directory);
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const file of files) chmodSync(file, 0o644);
    const second = await startBff({}, { directory });
    onTestFinished(() => second.close());
    for (const file of filesIn(directory)) expect(statSync(file).mode & 0o077, file).toBe(0);
  });

  it('SE-21 leave nothing behind when they end', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    const sealed = databaseOf(stack.bff)
      .prepare('select sealed from sessions union all select sealed from grants')
      .all()
      .map((row) => Buffer.from(row.sealed as Uint8Array));
    expect(sealed).toHaveLength(2);
    await browser.api('/api/logout', 'POST');
    const database = databaseOf(stack.bff);
    database.exec('pragma wal_checkpoint(truncate)');
    const bytes = readFileSync(stack.bff.config.databaseFile);
    for (const record of sealed) expect(bytes.includes(record.subarray(0, 24))).toBe(false);
  });
});

const [oldKey, newKey] = ['old-key-'.repeat(4), 'new-key-'.repeat(4)];

/** A person who signed in while there was the old key only, and a way to start the BFF again with other keys. */
async function signedInWithOldKey() {
  const directory = temporaryDirectory();
  const stack = await startStack({ SESSION_SECRET: oldKey }, { directory });
  const browser = await stack.signedIn();
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  async function restartWith(keys: string): Promise<Stack> {
    const bff = await startBff(
      { ...stack.discord.environment, PUBLIC_URL: stack.bff.url, SESSION_SECRET: keys },
      { directory },
    );
    onTestFinished(() => bff.close());
    return new Stack(stack.discord, bff);
  }
  /** The browser, at the address of another process. */
  function at(other: Stack, visitor = browser): Visitor {
    const there = other.visitor();
    for (const [name, value] of visitor.cookies) there.cookies.set(name, value);
    return there;
  }
  return { stack, browser, restartWith, at };
}

/** The callback's address at whichever process is asked; Discord only knows PUBLIC_URL. */
function pathOf(callbackUrl: string): string {
  const { pathname, search } = new URL(callbackUrl);
  return pathname + search;
}

async function signInAt(stack: Stack, visitor: Visitor): Promise<void> {
  await visitor.get(pathOf(await stack.callbackOf(visitor)));
}

describe('keys that change', () => {
  it('SE-14 keep who is signed in, tokens too', async () => {
    const { restartWith, at } = await signedInWithOldKey();
    const visitor = at(await restartWith(`${newKey},${oldKey}`));
    const answer = await visitor.api('/api/session');
    expect(answer.data()).toMatchObject({ user: { id: people.member.id } });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect((await visitor.api('/api/guilds')).status).toBe(200);
  });

  it('SE-14 sign everybody out when the old one is taken away, without a failure', async () => {
    const { browser, restartWith, at } = await signedInWithOldKey();
    const rotated = await restartWith(newKey);
    const visitor = at(rotated);
    for (const name of ['/api/session', '/api/guilds', '/api/sessions'])
      expect((await visitor.api(name)).status, name).toBe(name === '/api/session' ? 200 : 401);
    expect((await visitor.api('/api/logout', 'POST')).status).toBe(204);
    const again = at(rotated, browser);
    await signInAt(rotated, again);
    expect(await rotated.whoIs(again)).not.toBeNull();
  });

  it('SE-14 sign out whose record was sealed with the key taken away, though they came in between', async () => {
    const { restartWith, at } = await signedInWithOldKey();
    const between = await restartWith(`${newKey},${oldKey}`);
    const visitor = at(between);
    expect(await between.whoIs(visitor)).not.toBeNull();
    const after = await restartWith(newKey);
    expect(await after.isAnonymous(at(after, visitor))).toBe(true);
    expect(rowsIn(after.bff, 'sessions')).toBe(0);
  });

  it('SE-14 let two processes with both keys in either order serve the same people', async () => {
    const { browser, restartWith, at } = await signedInWithOldKey();
    const [first, second] = [
      await restartWith(`${newKey},${oldKey}`),
      await restartWith(`${oldKey}, ${newKey}`),
    ];
    const fresh = first.visitor();
    await signInAt(first, fresh);
    expect(await first.whoIs(fresh)).not.toBeNull();
    expect(await second.whoIs(at(second, fresh))).not.toBeNull();
    expect(await second.whoIs(at(second))).not.toBeNull();
    await at(second).api('/api/logout', 'POST');
    expect(await first.isAnonymous(at(first, browser))).toBe(true);
  });

  it('SE-14 do not lose a login on its way', async () => {
    const { stack, restartWith, at } = await signedInWithOldKey();
    const browser = stack.visitor();
    const url = await stack.callbackOf(browser);
    const rotated = await restartWith(`${newKey},${oldKey}`);
    const visitor = at(rotated, browser);
    await visitor.get(pathOf(url));
    expect(await rotated.whoIs(visitor)).not.toBeNull();
  });
});

/** Ways to spoil the row of a session, by name. `seal` seals as the BFF does. */
type Spoil = (row: string, tools: ReturnType<typeof toolsFor>) => void;

function toolsFor(stack: Stack) {
  const database = databaseOf(stack.bff);
  const { seal } = createSeal(stack.bff.config.sessionSecrets);
  return {
    seal,
    set: (column: string, value: string | number | Uint8Array, row: string) =>
      void database.prepare(`update sessions set ${column} = ? where id_hash = ?`).run(value, row),
    sealed: (row: string) =>
      database.prepare('select sealed from sessions where id_hash = ?').get(row)
        ?.sealed as Uint8Array,
    tokens: () => database.prepare('select sealed from grants').get()?.sealed as Uint8Array,
  };
}

const user = { id: '1', username: 'x', nickname: null, avatar_url: null, locale: null };
/** What a session of the member is sealed for. */
const ownRow = (row: string): string => `${row} discord ${people.member.id}`;
const sealing =
  (value: unknown): Spoil =>
  (row, { seal, set }) =>
    set('sealed', seal(value, 'session', ownRow(row)), row);
const writing =
  (column: string, value: string | number | Uint8Array): Spoil =>
  (row, { set }) =>
    set(column, value, row);

const spoiled: [string, Spoil][] = [
  ['holds nothing', writing('sealed', new Uint8Array())],
  ['holds a few bytes', writing('sealed', new Uint8Array([1, 2, 3]))],
  ['holds random bytes', writing('sealed', randomBytes(200))],
  ['holds zeros', writing('sealed', new Uint8Array(200))],
  ['holds text for bytes', writing('sealed', '{"user":{"id":"1"}}')],
  ['holds a number for bytes', writing('sealed', 42)],
  ['holds JSON that nobody sealed', writing('sealed', Buffer.from(JSON.stringify({ user })))],
  ['is cut short', (row, { set, sealed }) => set('sealed', sealed(row).slice(0, -1), row)],
  ['is cut to its head', (row, { set, sealed }) => set('sealed', sealed(row).slice(0, 32), row)],
  [
    'is longer',
    (row, { set, sealed }) => set('sealed', Buffer.concat([sealed(row), randomBytes(1)]), row),
  ],
  ...[0, 5, 20, 40].map((at): [string, Spoil] => [
    `has a flipped bit at byte ${at}`,
    (row, { set, sealed }) => {
      const bytes = Buffer.from(sealed(row));
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      set('sealed', bytes, row);
    },
  ]),
  ["holds its own tokens' record", (row, { set, tokens }) => set('sealed', tokens(), row)],
  [
    'is sealed for another row',
    (row, { seal, set }) => set('sealed', seal({ user, browser: null }, 'session', 'x'), row),
  ],
  [
    'is sealed for another purpose',
    (row, { seal, set }) => set('sealed', seal({ user, browser: null }, 'login', ownRow(row)), row),
  ],
  [
    'is sealed with a stranger’s key',
    (row, { set }) =>
      set(
        'sealed',
        createSeal(['k'.repeat(32)]).seal({ user, browser: null }, 'session', ownRow(row)),
        row,
      ),
  ],
  ['is said to be another person’s', writing('subject', people.owner.id)],
  ['is sealed null', sealing(null)],
  ['is a sealed list', sealing([user])],
  ['is sealed text', sealing('admin')],
  ['is a sealed number', sealing(1)],
  ['has no person', sealing({ browser: null })],
  ['has a person of the wrong shape', sealing({ user: { id: 1, username: {} }, browser: null })],
  ['has a person without a name', sealing({ user: { id: '1' }, browser: null })],
  ['has a browser of the wrong shape', sealing({ user, browser: { toString: 1 } })],
  [
    'has its person in its prototype only',
    sealing(JSON.parse(`{"__proto__":${JSON.stringify({ user, browser: null })}}`)),
  ],
  ['was last used at no time', writing('last_seen_at', 'never')],
  ['was made at no time', writing('created_at', 'yesterday')],
  ['was made in 1970', writing('created_at', 0)],
  ['was last used in 1970', writing('last_seen_at', 0)],
];

describe('a damaged record', () => {
  it.each(['before it is first read', 'after it was read'])(
    'SE-20 signs nobody in and is dropped, damaged %s',
    async (when) => {
      const stack = await startStack();
      const tools = toolsFor(stack);
      const other = await stack.signedIn(people.owner.id);
      for (const [how, spoil] of spoiled) {
        const browser = await stack.signedIn();
        if (when === 'after it was read') await stack.whoIs(browser);
        spoil(rowOf(browser), tools);
        const answer = await browser.api('/api/session');
        expect(answer.status, how).toBe(200);
        expect(answer.data(), how).toEqual({ user: null });
        expect(rowsIn(stack.bff, 'sessions'), how).toBe(1);
        expect((await browser.api('/api/guilds')).status, how).toBe(401);
      }
      expect(await stack.whoIs(other)).toMatchObject({ id: people.owner.id });
      expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('user');
      expect(stack.bff.log.filter((line) => line.includes('"level":50'))).toEqual([]);
    },
  );

  it('SE-20 of one person is not opened as that of another, rows swapped', async () => {
    const stack = await startStack();
    const [first, second] = [await stack.signedIn(), await stack.signedIn(people.owner.id)];
    const { sealed, set } = toolsFor(stack);
    const [one, two] = [sealed(rowOf(first)), sealed(rowOf(second))];
    set('sealed', two, rowOf(first));
    set('sealed', one, rowOf(second));
    expect(await stack.isAnonymous(first)).toBe(true);
    expect(await stack.isAnonymous(second)).toBe(true);
    expect(rowsIn(stack.bff, 'sessions')).toBe(0);
  });

  it('SE-20 of tokens ends the session when they are needed, rows swapped too', async () => {
    const stack = await startStack();
    for (const damage of [
      'update grants set sealed = zeroblob(100)',
      "update grants set sealed = 'text'",
      'update grants set sealed = (select sealed from sessions)',
      'delete from grants',
      'create temp table t as select * from grants; update grants set sealed = (select sealed from t where t.subject <> grants.subject)',
    ]) {
      const [browser, other] = [await stack.signedIn(), await stack.signedIn(people.owner.id)];
      databaseOf(stack.bff).exec(damage);
      for (const each of [browser, other]) {
        expect((await each.api('/api/guilds')).errorCode(), damage).toBe('not_signed_in');
        expect(await stack.isAnonymous(each), damage).toBe(true);
      }
      expect(rowsIn(stack.bff, 'sessions'), damage).toBe(0);
    }
  });

  it('SE-20 does not hide the others from the list of sessions', async () => {
    const stack = await startStack();
    const [browser, other] = [await stack.signedIn(), await stack.signedIn()];
    for (const damage of [new Uint8Array(), 'text', 1]) {
      toolsFor(stack).set('sealed', damage, rowOf(other));
      expect((await browser.api('/api/sessions')).status).toBe(200);
    }
  });

  it('SE-20 of a login ends that login', async () => {
    const stack = await startStack();
    const { seal } = createSeal(stack.bff.config.sessionSecrets);
    const login = {
      provider: 'discord',
      purpose: 'login',
      codeVerifier: 'v'.repeat(43),
      next: '//evil.test',
      isRepeat: false,
    };
    for (const [column, value] of [
      ['sealed', new Uint8Array(100)],
      ['sealed', 'text'],
      ['sealed', seal(login, 'login', 'another')],
      ['sealed', 'own'],
      ['state_hash', 'short'],
      ['state_hash', ''],
    ] as const) {
      const browser = stack.visitor();
      const url = await stack.callbackOf(browser);
      const stateHash = hashOf(new URL(url).searchParams.get('state') ?? '');
      const damaged =
        value === 'own' ? seal({ ...login, provider: 'evil' }, 'login', stateHash) : value;
      databaseOf(stack.bff).prepare(`update logins set ${column} = ?`).run(damaged);
      const answer = await browser.get(url);
      expect(answer.headers.location).toBe(
        `${stack.bff.url}/discord/dashboard?error=login_expired`,
      );
      expect(await stack.isAnonymous(browser)).toBe(true);
      databaseOf(stack.bff).exec('delete from logins');
    }
    expect(await stack.discord.asked(discordPaths.token)).toHaveLength(0);
  });
});

/** What a request that needs storage is told while it is away. */
function expectUnavailable(answer: Answer, when: string): void {
  expect(answer.status, when).toBe(503);
  expect(answer.errorCode(), when).toBe('storage_unavailable');
  expect(answer.headers['content-type'], when).toBe('application/json; charset=utf-8');
  expect(answer.headers['cache-control'], when).toBe('no-store');
  expect(answer.headers['set-cookie'], when).toBeUndefined();
  expect(answer.body, when).not.toMatch(/sqlite|no such table|sessions|locked|malformed|\/tmp/i);
}

describe('storage that is away', () => {
  const breaks: [string, string, string][] = [
    [
      'without its tables',
      'alter table sessions rename to hidden_sessions; alter table grants rename to hidden_grants; alter table logins rename to hidden_logins;',
      'alter table hidden_sessions rename to sessions; alter table hidden_grants rename to grants; alter table hidden_logins rename to logins;',
    ],
    [
      'with tables of another make',
      'alter table sessions rename column id_hash to x; alter table logins rename column browser_hash to x;',
      'alter table sessions rename column x to id_hash; alter table logins rename column x to browser_hash;',
    ],
  ];
  it.each(breaks)(
    'SE-17 %s is told as such: nobody is signed out, nobody let in',
    async (_, breakIt, mendIt) => {
      const stack = await startStack();
      const browser = await stack.signedIn();
      const pending = await stack.callbackOf(browser);
      const cookies = new Map(browser.cookies);
      const database = databaseOf(stack.bff);
      database.exec(breakIt);
      for (const [method, path] of [
        ['GET', '/api/session'],
        ['GET', '/api/guilds'],
        ['GET', '/api/sessions'],
        ['DELETE', '/api/sessions/x'],
        ['POST', '/api/logout'],
        ['POST', '/api/logout-everywhere'],
        ['GET', '/readyz'],
      ] as const)
        expectUnavailable(await browser.api(path, method), path);
      const started = await browser.get('/discord/login');
      expect(started.headers.location).toBe(
        `${stack.bff.url}/discord/dashboard?error=storage_unavailable`,
      );
      const finished = await browser.get(pending);
      expect(finished.headers.location).toBe(
        `${stack.bff.url}/discord/dashboard?error=storage_unavailable`,
      );
      expectUnavailable(await stack.visitor().api('/api/authorize-url'), 'authorize-url');
      for (const answer of [started, finished])
        expect(answer.headers['set-cookie']).toBeUndefined();
      expect(browser.cookies).toEqual(cookies);
      // Who brings no cookie asks storage nothing.
      expect((await stack.visitor().api('/api/session')).status).toBe(200);
      expect((await stack.visitor().get('/healthz')).status).toBe(200);

      database.exec(mendIt);
      expect(await stack.whoIs(browser)).toMatchObject({ id: people.member.id });
      expect((await browser.get(pending)).location).toBe(`${stack.bff.url}/discord/guilds`);
    },
  );

  it('SE-17 held by another process for writing still reads, and says when it cannot write', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    const holder = databaseOf(stack.bff);
    holder.exec('begin exclusive');
    expect(await stack.whoIs(browser)).not.toBeNull();
    const stolen = browser.copy();
    expectUnavailable(await browser.api('/api/logout', 'POST'), 'logout');
    expect(browser.cookies.has('guildhall')).toBe(true);
    holder.exec('rollback');
    expect(await stack.whoIs(stolen)).not.toBeNull();
    expect((await browser.api('/api/logout', 'POST')).status).toBe(204);
    expect(await stack.isAnonymous(stolen)).toBe(true);
  });

  it('SE-17 that goes away between the exchange and the session leaves no session, and no tokens at Discord', async () => {
    const stack = await startStack();
    const browser = stack.visitor();
    const url = await stack.callbackOf(browser);
    databaseOf(stack.bff).exec('drop table grants');
    const answer = await browser.get(url);
    expect(answer.headers.location).toBe(
      `${stack.bff.url}/discord/dashboard?error=storage_unavailable`,
    );
    expect(browser.cookies.has('guildhall')).toBe(false);
    expect(rowsIn(stack.bff, 'sessions')).toBe(0);
    await expect.poll(async () => (await stack.discord.asked(discordPaths.revoke)).length).toBe(1);
  });

  it('SE-17 that cannot be written to lets nobody in', async () => {
    const stack = await startStack();
    const signedIn = await stack.signedIn(people.owner.id);
    const database = databaseOf(stack.bff);
    database.exec(
      "create trigger no_sessions before insert on sessions begin select raise(abort, 'disk full'); end",
    );
    for (const person of [people.owner, people.member]) {
      const browser = stack.visitor();
      const answer = await stack.signIn(browser, person.id);
      expect(answer.location).toBe(`${stack.bff.url}/discord/dashboard?error=storage_unavailable`);
      expect(await stack.isAnonymous(browser)).toBe(true);
    }
    // The first was signed in elsewhere, which a revocation would end; the second was not.
    await expect.poll(async () => (await stack.discord.asked(discordPaths.revoke)).length).toBe(1);
    expect((await signedIn.api('/api/guilds')).status).toBe(200);
    // A browser that was signed in, and logs in once more in vain, is where it was.
    await stack.signIn(signedIn, people.owner.id);
    expect(await stack.whoIs(signedIn)).toMatchObject({ id: people.owner.id });
    database.exec('drop trigger no_sessions');
    expect(await stack.whoIs(await stack.signedIn())).not.toBeNull();
  });

  it('SE-17 that goes away in the middle of a login never gives an error and a session together', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn(people.owner.id);
    const url = await stack.callbackOf(browser, people.member.id);
    const before = new Map(browser.cookies);
    await stack.discord.fault({ path: discordPaths.me, delay_ms: 300, times: 1 });
    const answer = browser.get(url);
    await sleep(150);
    databaseOf(stack.bff).exec('alter table logins rename to hidden_logins');
    // What storage no longer says is only whether the login cookie is still needed, and so it stays.
    expect((await answer).headers.location).toBe(`${stack.bff.url}/discord/guilds`);
    expect(browser.cookies.get('guildhall-login')).toBe(before.get('guildhall-login'));
    expect(await stack.whoIs(browser)).toMatchObject({ id: people.member.id });
    expect(rowsIn(stack.bff, 'sessions')).toBe(1);
  });

  it('SE-17 that is a heap of garbage does not let anybody in', async () => {
    const stack = await startStack();
    const browser = await stack.signedIn();
    const { databaseFile } = stack.bff.config;
    databaseOf(stack.bff).exec('pragma wal_checkpoint(truncate)');
    const { size } = statSync(databaseFile);
    writeFileSync(databaseFile, randomBytes(size), { flag: 'r+' });
    if (existsSync(`${databaseFile}-wal`))
      writeFileSync(`${databaseFile}-wal`, randomBytes(statSync(`${databaseFile}-wal`).size), {
        flag: 'r+',
      });
    const forged = stack.visitor();
    forged.cookies.set('guildhall', 'A'.repeat(43));
    expect((await forged.api('/api/session')).body).not.toContain('"id"');
    // What the process still has in memory may be read; what is not there is a failure, and never an empty table.
    for (const path of ['/api/session', '/api/sessions']) {
      const answer = await browser.api(path);
      expect([200, 503], path).toContain(answer.status);
      if (answer.status === 503) expectUnavailable(answer, path);
      else expect(answer.body).not.toContain('"user":null');
    }
    expect((await stack.visitor().get('/healthz')).status).toBe(200);
  });
});
