/** Every screen a person may find themselves on, brought about the way it comes about. */
import { expect, test } from 'vitest';
import { loginErrorCodes } from '../../shared/http.ts';
import { en } from '../../web/i18n/en.ts';
import { ko } from '../../web/i18n/ko.ts';
import {
  consent,
  failedRequest,
  seesCount,
  seesFreshness,
  seesProblem,
  signIn,
  useProductAndBrowser,
} from '../harness/browser.ts';

const world = useProductAndBrowser();

/** Where the BFF asks Discord for a person's servers. */
const guildsAtDiscord = '/api/v10/users/@me/guilds';

test('someone signed out is asked to log in, and is not asked twice', async () => {
  const { page, requested } = await world.visit();
  for (const path of ['/discord/guilds', '/account']) {
    await page.goto(path);
    await seesProblem(page, 'signed_out');
    const login = page.getByRole('link', { name: 'Log in with Discord' });
    expect(await login.getAttribute('href')).toBe(
      `/discord/login?next=${encodeURIComponent(path)}`,
    );
  }
  expect(requested.filter((url) => /\/api\/(?:guilds|sessions)$/.test(url))).toEqual([]);
});

test('an address that leads nowhere says so and leads back', async () => {
  const { page, expectMessages } = await world.visit({ discord: false });
  expectMessages(failedRequest);
  await page.goto('/discord/dashbord');
  await seesProblem(page, 'not_found');
  expect(await page.title()).toBe('Page not found · Sandbox Bot');
  await page.getByRole('link', { name: 'Back to the dashboard' }).click();
  await seesFreshness(page, 'live');
});

test('each way a login can fail has words of its own, in both languages, and is told only once', async () => {
  for (const [language, messages] of [
    ['en', en],
    ['ko', ko],
  ] as const) {
    const { page } = await world.visit({ language, discord: false });
    for (const code of loginErrorCodes) {
      await page.goto(`/discord/dashboard?error=${code}`);
      const alert = page.getByRole('alert');
      await alert.getByText(messages.loginErrors[code].title, { exact: true }).waitFor();
      await alert.getByText(messages.loginErrors[code].body, { exact: true }).waitFor();
      await expect.poll(() => new URL(page.url()).search).toBe('');
    }
    await page.reload();
    await seesFreshness(page, 'live');
    expect(await page.getByRole('alert').count()).toBe(0);
  }
});

test('an error that nobody here wrote is not repeated to the reader', async () => {
  const { page } = await world.visit({ discord: false });
  await page.goto('/discord/dashboard?error=Call%20this%20number');
  await page.getByRole('alert').getByText('The login did not work').waitFor();
  expect(await page.content()).not.toContain('Call this number');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect.poll(() => page.getByRole('alert').count()).toBe(0);
});

test('someone in no server at all gets a friendly page and no loop', async () => {
  const { page, requested } = await world.visit();
  await signIn(page, '새봄');
  await page.getByRole('heading', { name: 'No servers yet' }).waitFor();
  expect(await page.getByRole('searchbox').count()).toBe(0);
  const logins = () => requested.filter((url) => url.includes('/discord/login')).length;
  const asked = () => requested.filter((url) => url.endsWith('/api/guilds')).length;
  expect([logins(), asked()]).toEqual([1, 1]);
  const answer = page.waitForResponse('**/api/guilds');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await answer;
  await page.getByRole('heading', { name: 'No servers yet' }).waitFor();
  expect([logins(), asked()]).toEqual([1, 2]);
});

test('someone without Manage Server reads why the bot cannot be added', async () => {
  const { page } = await world.visit();
  await signIn(page, 'Sam Carter');
  await page
    .getByText('To add the bot to a server you need its Manage Server permission.')
    .waitFor();
  await page.getByRole('button', { name: /^Other servers/ }).click();
  const locked = page.getByRole('article').filter({ hasText: 'Needs Manage Server' });
  await expect.poll(() => locked.count()).toBeGreaterThan(0);
  expect(await locked.getByRole('link').count()).toBe(0);
  await page.getByRole('article').filter({ hasText: 'The bot is here' }).first().waitFor();
});

test('while Discord does not answer the page says so, and goes on when it does', async () => {
  const { page, expectMessages } = await world.visit();
  expectMessages(failedRequest);
  await world.product.sandbox('POST', '/faults', { path: guildsAtDiscord, status: 503, body: {} });
  await signIn(page, 'zoe.w');
  await seesProblem(page, 'discord_away');
  await world.product.sandbox('DELETE', '/faults');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('list', { name: /^The bot is here/ }).waitFor();
});

test('someone whose list Discord withholds is asked to allow it', async () => {
  const { page, expectMessages } = await world.visit();
  expectMessages(failedRequest);
  await world.product.sandbox('POST', '/faults', {
    path: guildsAtDiscord,
    status: 403,
    body: { message: 'Missing Access', code: 50_001 },
  });
  await world.product.sandbox('POST', '/guilds', { name: 'Late Arrivals' });
  await signIn(page, '하늘');
  await seesProblem(page, 'not_allowed');
  await world.product.sandbox('DELETE', '/faults');
  await page.getByRole('link', { name: 'Log in again' }).click();
  await consent(page, '하늘');
  await page.waitForURL('**/discord/guilds');
  await page.getByRole('article', { name: 'Late Arrivals' }).waitFor();
});

test('a Discord that hangs is told of while one waits, and asked once', async () => {
  const { page, expectMessages, requested } = await world.visit();
  expectMessages(failedRequest);
  await world.product.sandbox('POST', '/faults', { path: guildsAtDiscord, delay_ms: 60_000 });
  await signIn(page, 'zoe.w');
  await page.getByText('Discord is taking longer than usual. Still waiting…').first().waitFor();
  await seesProblem(page, 'discord_away');
  expect(requested.filter((url) => url.endsWith('/api/guilds'))).toHaveLength(1);
  await world.product.sandbox('DELETE', '/faults');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('article').first().waitFor();
});

test('a list that Discord does not renew says from when it is, and only that', async () => {
  const { page, expectMessages } = await world.visit();
  expectMessages(failedRequest);
  await signIn(page, 'Sam Carter');
  await page.getByText('Updated just now').waitFor();
  await page.route('**/api/guilds', async (route) => {
    const answer = (await (await route.fetch()).json()) as { data: { stale: boolean } };
    answer.data.stale = true;
    await route.fulfill({ json: answer });
  });
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page
    .getByText(/^Discord is not answering\. This is your list from \d+:\d+\s[AP]M\.$/)
    .waitFor();
  expect(await page.getByText('just now').count()).toBe(0);
});

test('a bot that is gone for two seconds takes nothing from the list, which says how old it is meanwhile', async () => {
  const { page } = await world.visit();
  await signIn(page, 'Sam Carter');
  const here = page.getByRole('article').filter({ hasText: 'The bot is here' });
  await here.first().waitFor();
  const names = await page.getByRole('article').getByRole('heading').allTextContents();
  const counts = await page
    .getByRole('radio')
    .evaluateAll((radios) => radios.map((radio) => radio.closest('label')?.textContent));
  // Every list the page shows from now on, whichever way it comes about.
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { seen });
    new MutationObserver(() => seen.push(document.querySelectorAll('article').length)).observe(
      document.body,
      { childList: true, subtree: true },
    );
  });
  world.product.kill('bot');
  await page.getByText(/^The bot is offline\. Last seen just now\.$/).waitFor();
  await page.getByRole('article').filter({ hasText: 'The bot was here' }).first().waitFor();
  expect(await page.getByRole('article').getByRole('heading').allTextContents()).toEqual(names);
  expect(
    await page
      .getByRole('radio')
      .evaluateAll((radios) => radios.map((radio) => radio.closest('label')?.textContent)),
  ).toEqual(counts);
  expect(await page.getByText('Updated').count()).toBe(0);

  await here.first().waitFor();
  expect(await page.getByRole('article').getByRole('heading').allTextContents()).toEqual(names);
  const fewest = await page.evaluate(() =>
    Math.min(...(globalThis as unknown as { seen: number[] }).seen),
  );
  expect(fewest).toBe(names.length);
});

test('a bot that hangs takes nothing from the list either, also when it is asked for anew', async () => {
  const { page } = await world.visit();
  await signIn(page, 'Sam Carter');
  await page.getByText('The bot is here').first().waitFor();
  const wake = world.product.freeze('bot');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByText('The bot is offline. Last seen just now.').waitFor();
  await page.getByText('The bot was here').first().waitFor();
  wake();
  // By itself.
  await page.getByText('The bot is here').nth(1).waitFor();
});

test('a page opened while the bot is away makes up no figures, and fills in when it is back', async () => {
  const { page } = await world.visit();
  const wake = world.product.freeze('bot');
  await signIn(page, 'Sam Carter');
  await page.getByText('The bot is offline, so we cannot tell where it is.').waitFor();
  await page.getByText('Shown when the bot is back').first().waitFor();
  const filters = page.getByRole('group', { name: 'Show' }).locator('label');
  expect(await filters.allTextContents()).toEqual([
    expect.stringMatching(/^All\d+$/),
    'Bot is here',
    'Can add',
    'Favourites0',
  ]);
  wake();
  await page.getByRole('list', { name: /^The bot is here/ }).waitFor();
});

test('a dashboard that never heard from the bot says so, and shows the count as soon as it does', async () => {
  const { page, expectMessages } = await world.visit({ discord: false });
  expectMessages(failedRequest);
  const wake = world.product.freeze('bot');
  const before = world.product.kill('bff');
  await world.product.until('the BFF is back', async () => {
    const pid = world.product.pid('bff');
    if (pid === null || pid === before) return false;
    return await fetch(`${world.product.url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  await page.goto('/discord/dashboard');
  await seesProblem(page, 'bot_away');
  await page.getByText('The bot is offline').waitFor();
  await page.getByRole('link', { name: 'Log in with Discord' }).waitFor();
  wake();
  await seesFreshness(page, 'live');
  await seesCount(page, await world.product.countAtDiscord());
});

test('a dashboard whose server is gone keeps the figure, says so, and finds back by itself', async () => {
  const { page, expectMessages } = await world.visit({ discord: false });
  expectMessages(failedRequest);
  await page.goto('/discord/dashboard');
  await seesFreshness(page, 'live');
  const count = await world.product.countAtDiscord();
  // Killed twice, so that it is away for longer than what goes unmentioned.
  const first = world.product.kill('bff');
  await world.product.until('the BFF is started again', () => {
    const pid = world.product.pid('bff');
    return pid !== null && pid !== first;
  });
  world.product.kill('bff');
  await seesFreshness(page, 'lost');
  await seesCount(page, count);
  await seesFreshness(page, 'live');
  await world.product.sandbox('POST', '/guilds', { bot: true });
  await seesCount(page, count + 1);
});

test('a browser without a network says so and keeps the figure', async () => {
  const { page, context, expectMessages } = await world.visit({ discord: false });
  expectMessages(failedRequest);
  await page.goto('/discord/dashboard');
  await seesFreshness(page, 'live');
  await context.setOffline(true);
  await page.getByText('You are offline. What you see may be out of date.').waitFor();
  await seesFreshness(page, 'offline');
  await seesCount(page, await world.product.countAtDiscord());
  await context.setOffline(false);
  await seesFreshness(page, 'live');
});

// What the real BFF cannot be brought to in a test is put in its mouth at the browser's door.
test.each([
  ['slow_down', 429, 'rate_limited', { 'retry-after': '2' }],
  ['broken', 500, 'internal_error', {}],
] as const)(
  'an answer of "%s" has a screen of its own, and goes on by hand or by itself',
  async (problem, status, code, headers) => {
    const { page, expectMessages } = await world.visit();
    expectMessages(failedRequest);
    await signIn(page, 'Sam Carter', '/discord/dashboard');
    await page.route('**/api/guilds', (route) =>
      route.fulfill({ status, headers, json: { error: { code, message: '' }, version: '0' } }),
    );
    await page.getByRole('link', { name: 'Servers', exact: true }).click();
    await seesProblem(page, problem);
    await page.unroute('**/api/guilds');
    // A browser that was told to wait asks by itself once the wait is over.
    if (problem === 'broken') await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('list', { name: /^The bot is here/ }).waitFor();
  },
);

test('a server that cannot be reached has a screen of its own', async () => {
  const { page, expectMessages } = await world.visit();
  expectMessages(failedRequest);
  await signIn(page, 'Sam Carter', '/discord/dashboard');
  await page.route('**/api/guilds', (route) => route.abort('connectionrefused'));
  await page.getByRole('link', { name: 'Servers', exact: true }).click();
  await seesProblem(page, 'unreachable');
  await page.unroute('**/api/guilds');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('list', { name: /^The bot is here/ }).waitFor();
});

test('a tab from before an update opens a page anew whose code is gone, and arrives there', async () => {
  const { page, expectMessages } = await world.visit();
  expectMessages(failedRequest);
  await signIn(page, 'Sam Carter', '/discord/dashboard');
  await page.evaluate(() => (document.body.dataset.seen = 'before the update'));
  let isOldTab = true;
  page.once('framenavigated', () => (isOldTab = false));
  await page.route('**/assets/guilds-page*', (route) =>
    isOldTab ? route.fulfill({ status: 404 }) : route.continue(),
  );
  await page.getByRole('link', { name: 'Servers', exact: true }).click();
  await page.getByRole('article').first().waitFor();
  expect(await page.evaluate(() => document.body.dataset.seen)).toBeUndefined();
});

test('the old address of the account leads to the new one', async () => {
  const { page } = await world.visit();
  await signIn(page, 'Sam Carter', '/discord/dashboard');
  await page.goto('/discord/account');
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/account');
});

test('a login that only the owner can mend offers no retry', async () => {
  const { page } = await world.visit({ discord: false });
  const retries = () => page.getByRole('alert').getByRole('link', { name: 'Try again' }).count();
  await page.goto('/discord/dashboard?error=misconfigured');
  await page.getByRole('alert').waitFor();
  expect(await retries()).toBe(0);
  await page.goto('/discord/dashboard?error=access_denied');
  await page.getByRole('alert').waitFor();
  expect(await retries()).toBe(1);
});

test('a page whose code is gone for good says so, and reloading mends it', async () => {
  const { page, expectMessages } = await world.visit();
  expectMessages(failedRequest);
  expectMessages(/dynamically imported module/);
  await signIn(page, 'Sam Carter', '/discord/dashboard');
  await page.route('**/assets/guilds-page*', (route) => route.fulfill({ status: 404 }));
  await page.getByRole('link', { name: 'Servers', exact: true }).click();
  await seesProblem(page, 'broken');
  await page.unroute('**/assets/guilds-page*');
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await page.getByRole('list', { name: /^The bot is here/ }).waitFor();
});
