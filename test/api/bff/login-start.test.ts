import { describe, expect, it } from 'vitest';
import { startStack } from '../../harness/stack.ts';

describe('starting a login', () => {
  it('AZ-01 sends the person to Discord with exactly the configured parameters', async () => {
    const stack = await startStack();
    const answer = await stack.visitor().get('/discord/login');
    expect(answer.status).toBe(302);
    const url = new URL(answer.location);
    expect(url.origin + url.pathname).toBe(`${stack.discord.sandbox.url}/oauth2/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: stack.bff.config.clientId,
      redirect_uri: `${stack.bff.url}/discord/callback`,
      scope: 'identify guilds',
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(JSON.stringify(answer)).not.toContain(stack.bff.config.clientSecret);
  });

  it('AZ-01 keeps what the operator put into DISCORD_AUTHORIZE_URL, and overrides what is ours', async () => {
    const stack = await startStack({
      DISCORD_AUTHORIZE_URL:
        'https://discord.test/oauth2/authorize?integration_type=0&scope=bot&state=x&redirect_uri=https://evil.test',
    });
    const url = new URL((await stack.visitor().get('/discord/login')).location);
    expect(url.searchParams.get('integration_type')).toBe('0');
    expect(url.searchParams.getAll('scope')).toEqual(['identify guilds']);
    expect(url.searchParams.getAll('redirect_uri')).toEqual([`${stack.bff.url}/discord/callback`]);
    expect(url.search).toContain('scope=identify%20guilds');
  });

  it('AZ-02 makes a new state and challenge each time', async () => {
    const stack = await startStack();
    const visitor = stack.visitor();
    const [first, second] = [
      await visitor.get('/discord/login'),
      await visitor.get('/discord/login'),
    ].map(({ location }) => new URL(location).searchParams);
    expect(first?.get('state')).not.toBe(second?.get('state'));
    expect(first?.get('code_challenge')).not.toBe(second?.get('code_challenge'));
  });

  it('AZ-03 proves the challenge with its verifier, which Discord checks', async () => {
    const stack = await startStack();
    await stack.discord.settings({ require_pkce: true });
    const visitor = await stack.signedIn();
    expect(await stack.whoIs(visitor)).toMatchObject({ username: 'sam.carter' });
    const [exchange] = await stack.discord.asked('/api/oauth2/token');
    expect(exchange?.body).toHaveProperty('code_verifier');
  });

  it('AZ-04 marks the browser with an opaque, short-lived Lax cookie', async () => {
    const stack = await startStack();
    const answer = await stack.visitor().get('/discord/login?next=/discord/account');
    const cookies = answer.headers['set-cookie'] as string[];
    const login = cookies.find((cookie) => cookie.startsWith('guildhall-login='));
    expect(login).toMatch(
      /^guildhall-login=[\w-]{43}; path=\/; expires=[^;]+; samesite=lax; httponly$/i,
    );
    const lifetimeMs = Date.parse(/expires=([^;]+)/i.exec(login ?? '')?.[1] ?? '') - Date.now();
    expect(lifetimeMs).toBeGreaterThan(500_000);
    expect(lifetimeMs).toBeLessThanOrEqual(601_000);
  });

  it('AZ-04 uses the __Host- prefix and Secure when PUBLIC_URL is https', async () => {
    const stack = await startStack({ PUBLIC_URL: 'https://guildhall.test' });
    const answer = await stack.visitor().get('/discord/login');
    const cookies = answer.headers['set-cookie'] as string[];
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies)
      expect(cookie).toMatch(
        /^__Host-guildhall-login=[^;]+; path=\/; expires=[^;]+; samesite=lax; secure; httponly$/i,
      );
  });

  it('AZ-05 is kept by no cache and tells no referrer', async () => {
    const stack = await startStack();
    for (const path of ['/discord/login', '/api/authorize-url']) {
      const { headers } = await stack.visitor().get(path);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it('AZ-06 lets no parameter of the caller through', async () => {
    const stack = await startStack();
    const honest = new URL((await stack.visitor().get('/discord/login')).location);
    const attacked = new URL(
      (
        await stack
          .visitor()
          .get(
            '/discord/login?scope=bot&client_id=evil&redirect_uri=https://evil.test&response_type=token&prompt=none&state=x&code_challenge_method=plain&code_challenge=y',
          )
      ).location,
    );
    for (const name of ['state', 'code_challenge']) {
      expect(attacked.searchParams.get(name)).toMatch(/^[\w-]{43}$/);
      attacked.searchParams.delete(name);
      honest.searchParams.delete(name);
    }
    expect(attacked.search).toBe(honest.search);
  });

  it('AZ-10 finishes the logins of two tabs in any order', async () => {
    const stack = await startStack();
    const browser = stack.visitor();
    const first = await stack.callbackOf(browser);
    const second = await stack.callbackOf(browser);
    expect((await browser.get(second)).location).toBe(`${stack.bff.url}/discord/guilds`);
    expect((await browser.get(first)).location).toBe(`${stack.bff.url}/discord/guilds`);
    expect(await stack.whoIs(browser)).toMatchObject({ username: 'sam.carter' });
    expect(browser.cookies.has('guildhall-login')).toBe(false);
  });

  it('AZ-11 does not take over a login cookie it did not issue', async () => {
    const stack = await startStack();
    const browser = stack.visitor();
    browser.cookies.set('guildhall-login', 'A'.repeat(43));
    await browser.get('/discord/login');
    expect(browser.cookies.get('guildhall-login')).not.toBe('A'.repeat(43));
  });

  it('AZ-12 gives the same address as JSON to a page that goes there by itself', async () => {
    const stack = await startStack();
    const visitor = stack.visitor();
    const answer = await visitor.api('/api/authorize-url?next=/discord/account');
    expect(answer.status).toBe(200);
    const url = answer.data<{ authorization_url: string }>().authorization_url;
    const back = await visitor.get(await stack.discord.consent(url));
    expect(back.location).toBe(`${stack.bff.url}/discord/account`);
  });

  it('AZ-13 does not start a login for HEAD, which link previews send', async () => {
    const stack = await startStack();
    const answer = await stack.visitor().send('HEAD', '/discord/login');
    expect(answer.status).toBe(405);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});
