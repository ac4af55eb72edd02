import { describe, expect, it } from 'vitest';
import { rowsIn } from '../../harness/database.ts';
import { rawRequest } from '../../harness/raw-request.ts';
import { type Stack, startStack } from '../../harness/stack.ts';
import type { Answer, Visitor } from '../../harness/visitor.ts';

const tossed = 'T'.repeat(43);

/** Somebody signed in over plain HTTP on this machine, or behind a proxy that ends TLS, where the cookies have a prefix. */
async function signIn(
  isSecure: boolean,
): Promise<{ stack: Stack; visitor: Visitor; name: string }> {
  const publicUrl = 'https://guildhall.test';
  const stack = await startStack(isSecure ? { PUBLIC_URL: publicUrl } : {});
  const visitor = stack.visitor();
  const back = await stack.callbackOf(visitor);
  await visitor.get(back.replace(publicUrl, stack.bff.url));
  const name = `${isSecure ? '__Host-' : ''}guildhall`;
  expect(visitor.cookies.has(name)).toBe(true);
  return { stack, visitor, name };
}

/** Ways in which a cookie of one name comes twice. */
const doublings: [string, (name: string, id: string) => string | string[]][] = [
  ['the tossed one first', (name, id) => `${name}=${tossed}; ${name}=${id}`],
  ['the tossed one last', (name, id) => `${name}=${id}; ${name}=${tossed}`],
  ['the same twice', (name, id) => `${name}=${id}; ${name}=${id}`],
  ['an empty one', (name, id) => `${name}=; ${name}=${id}`],
  ['one in quotes', (name, id) => `${name}="${tossed}"; ${name}=${id}`],
  ['blanks around it', (name, id) => `  ${name} \t= ${tossed} ;${name}=${id}`],
  ['no blank between', (name, id) => `${name}=${tossed};${name}=${id}`],
  ['others between', (name, id) => `${name}=${id}; a=b; c; =d; ${name}=x=y`],
  ['two Cookie lines', (name, id) => [`${name}=${id}`, `a=b; ${name}=${tossed}`]],
];

describe.each([
  ['guildhall', false],
  ['__Host-guildhall', true],
] as const)('two cookies named %s', (_name, isSecure) => {
  it.each(doublings)('SE-13 are refused wherever a session is read: %s', async (_how, double) => {
    const { stack, visitor, name } = await signIn(isSecure);
    const cookie = double(name, visitor.cookies.get(name) ?? '');
    const bare = stack.visitor();
    const ask = async (method: string, path: string): Promise<Answer> =>
      await bare.send(method, path, { 'x-csrf': '1', cookie });
    for (const [method, path] of [
      ['GET', '/api/session'],
      ['GET', '/api/guilds'],
      ['GET', '/api/sessions'],
      ['DELETE', '/api/sessions/x'],
      ['POST', '/api/logout'],
      ['POST', '/api/logout-everywhere'],
    ] as const) {
      const answer = await ask(method, path);
      expect(answer.status, path).toBe(400);
      expect(answer.errorCode(), path).toBe('doubled_cookie');
      // Without ours the tossed one would stand alone.
      expect(answer.headers['set-cookie'], path).toBeUndefined();
    }
    for (const path of ['/healthz', '/readyz', '/api/authorize-url'])
      expect((await ask('GET', path)).status, path).toBe(200);
    for (const path of ['/api/guild-count', '/api/bot', '/discord/dashboard'])
      expect((await ask('GET', path)).body, path).not.toContain('doubled_cookie');
    expect((await ask('GET', '/discord/login')).status).toBe(302);
    // Nobody was signed out by any of it.
    expect(rowsIn(stack.bff, 'sessions')).toBe(1);
    expect(await stack.whoIs(visitor)).not.toBeNull();
  });
});

describe('two session cookies', () => {
  it('SE-13 do not keep a person from signing in anew', async () => {
    const { stack, visitor } = await signIn(false);
    const mine = `guildhall=${visitor.cookies.get('guildhall')}`;
    const callback = await stack.callbackOf(visitor);
    const login = `guildhall-login=${visitor.cookies.get('guildhall-login')}`;
    const answer = await visitor.get(callback, {
      cookie: `${login}; guildhall=${tossed}; ${mine}`,
    });
    expect(answer.location).toBe(`${stack.bff.url}/discord/guilds`);
    expect(await stack.whoIs(visitor)).not.toBeNull();
  });
});

describe('two login cookies', () => {
  it('SE-13 are refused by the callback, and the login can still be finished with the true one', async () => {
    const stack = await startStack();
    const visitor = stack.visitor();
    const callback = await stack.callbackOf(visitor);
    const mine = `guildhall-login=${visitor.cookies.get('guildhall-login')}`;
    const refused = await stack
      .visitor()
      .get(callback, { cookie: `guildhall-login=${tossed}; ${mine}` });
    expect(refused.status).toBe(400);
    expect(refused.errorCode()).toBe('doubled_cookie');
    expect(await stack.discord.asked('/api/oauth2/token')).toEqual([]);
    expect((await visitor.get(callback)).location).toBe(`${stack.bff.url}/discord/guilds`);
  });

  it('SE-13 do not keep a new login from beginning, under an id of ours', async () => {
    const stack = await startStack();
    const answer = await stack
      .visitor()
      .get('/discord/login', { cookie: `guildhall-login=${tossed}; guildhall-login=${tossed}` });
    expect(answer.status).toBe(302);
    expect(String(answer.headers['set-cookie'])).not.toContain(tossed);
  });
});

describe('a cookie that only looks like ours', () => {
  it.each([
    ['a no-break space before the prefix', '\u00a0__Host-guildhall'],
    ['a no-break space as browsers write it', '\u00c2\u00a0__Host-guildhall'],
    ['an em space as browsers write it', '\u00e2\u0080\u0083__Host-guildhall'],
    ['a byte order mark as browsers write it', '\u00ef\u00bb\u00bf__Host-guildhall'],
    ['a next-line character', '\u0085__Host-guildhall'],
    ['another case', '__host-guildhall'],
    ['no prefix', 'guildhall'],
    ['the other prefix', '__Secure-guildhall'],
    ['something behind it', '__Host-guildhall\u00a0'],
    ['something behind it, with a dot', '__Host-guildhall.sig'],
  ])('SE-13 signs nobody in, and does not stand in the way: %s', async (_what, spelling) => {
    const { stack, visitor } = await signIn(true);
    const id = visitor.cookies.get('__Host-guildhall') ?? '';
    const ask = async (cookie: string) =>
      await rawRequest(
        stack.bff.url,
        `GET /api/session HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-csrf: 1\r\ncookie: ${cookie}\r\n\r\n`,
      );
    expect(await ask(`${spelling}=${id}`)).toContain('"user":null');
    expect(await ask(`${spelling}=${tossed}; __Host-guildhall=${id}`)).toContain('"user":{');
  });

  it.each([
    ['in quotes', (id: string) => `"${id}"`],
    ['with a word behind it', (id: string) => `${id} x`],
    ['percent-encoded', (id: string) => `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`],
    ['signed as it once was', (id: string) => `${id}.c2lnbmF0dXJl`],
    ['cut short', (id: string) => id.slice(1)],
  ])('SE-13 opens nothing with a value %s', async (_what, spell) => {
    const { stack, visitor } = await signIn(false);
    const id = visitor.cookies.get('guildhall') ?? '';
    const answer = await stack
      .visitor()
      .api('/api/session', 'GET', { cookie: `guildhall=${spell(id)}` });
    expect(answer.data()).toEqual({ user: null });
  });
});
