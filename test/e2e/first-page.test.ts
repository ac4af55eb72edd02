/** What the first page costs, and that no page asks for more than the content security policy gives. */
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { paths } from '../../web/paths.ts';
import {
  failedRequest,
  layoutShift,
  openMenu,
  seesCount,
  seesFreshness,
  seesProblem,
  signIn,
  useProductAndBrowser,
} from '../harness/browser.ts';

const world = useProductAndBrowser();

const longestScriptBytes = 130_000;

test('the first page needs at most 130 kB of JavaScript, compressed with gzip, and asks nobody else for anything', async () => {
  const { page, requested } = await world.visit({ discord: false });
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
  const scripts = requested.filter((url) => url.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(0);
  let bytes = 0;
  for (const script of scripts) {
    const response = await fetch(script, { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    bytes += Number(response.headers.get('content-length'));
  }
  expect(bytes).toBeLessThan(longestScriptBytes);
  expect(requested.every((url) => url.startsWith(`${world.product.url}/`))).toBe(true);
});

test('the first page stands before its script, and the script takes over what stands', async () => {
  const { page } = await world.visit({ discord: false });
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  await page.route('**/assets/*.js', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(paths.dashboard, { waitUntil: 'commit' });
  await seesCount(page, await world.product.countAtDiscord());
  await page.getByRole('heading', { name: 'Discord bot Dashboard' }).waitFor();
  await page.getByRole('link', { name: 'Log in with Discord' }).waitFor();
  await page.getByText('Updated just now').waitFor();
  const invitation = page.getByRole('link', { name: /^Add to your server/ });
  expect(await invitation.getAttribute('href')).toContain('scope=bot');
  await page.evaluate(() => {
    for (const name of ['h1', 'strong', 'header a', 'main a'])
      document.querySelector<HTMLElement>(name)?.setAttribute('data-stood', 'before');
  });

  letGo();
  await seesFreshness(page, 'live');
  expect(await page.locator('[data-stood=before]').count()).toBe(4);
  expect(await layoutShift(page)).toBe(0);
  const paints = await page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        new PerformanceObserver((list) =>
          resolve(
            list
              .getEntries()
              .map((entry) => (entry as PerformanceEntry & { element: Element }).element.tagName),
          ),
        ).observe({ type: 'largest-contentful-paint', buffered: true });
      }),
  );
  expect(paints).toEqual(['P']); // the sentence, and nothing larger after it
});

test('a reader without scripts reads the count, the privacy page and that there is no such page', async () => {
  const context = await world.browser.newContext({
    baseURL: world.product.url,
    javaScriptEnabled: false,
    locale: 'ko-KR',
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(paths.dashboard);
  await seesCount(page, await world.product.countAtDiscord(), 'ko');
  await page.getByRole('link', { name: '개인정보 처리방침' }).click();
  await page.getByRole('heading', { name: '쿠키와 브라우저 저장소' }).waitFor();
  await page.goto('/nowhere');
  await page.getByRole('heading', { name: '페이지를 찾을 수 없습니다' }).waitFor();
});

test('a language chosen before is there before any script', async () => {
  const { page } = await world.visit({ language: 'en', discord: false });
  await page.goto(paths.dashboard);
  await openMenu(page);
  await page.getByRole('radio', { name: '한국어' }).check({ force: true });
  await page.route('**/assets/*.js', (route) => route.abort('aborted'));
  await page.goto(paths.dashboard, { waitUntil: 'commit' });
  await seesCount(page, await world.product.countAtDiscord(), 'ko');
  expect(await page.locator('html').getAttribute('lang')).toBe('ko');
});

test('a figure that is only what was last known is quieter than a live one', async () => {
  const { page } = await world.visit({ discord: false });
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
  const colour = () => page.locator('strong').evaluate((figure) => getComputedStyle(figure).color);
  const live = await colour();
  const wake = world.product.freeze('bot');
  await seesFreshness(page, 'away');
  await expect.poll(colour).not.toBe(live);
  wake();
  await seesFreshness(page, 'live');
  await expect.poll(colour).toBe(live);
});

test('the first page asks no question twice', async () => {
  const { page, requested } = await world.visit({ discord: false });
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
  // The bot's picture stands in it twice, and comes from the browser's memory the second time.
  const asked = requested.filter((url) => !url.includes('/api/bot/avatar'));
  expect(asked.map((url) => new URL(url).pathname)).toEqual(
    expect.arrayContaining([paths.dashboard, '/api/session', '/api/events']),
  );
  expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted());
});

test.each([
  ['ko', 390],
  ['en', 1440],
] as const)('nothing jumps while a page fills (%s, %i px)', async (language, width) => {
  const { page } = await world.visit({ language, width });
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
  expect(await layoutShift(page)).toBeLessThan(0.05);

  await signIn(page, 'Ada Okafor');
  await page.reload();
  await page.getByRole('article').first().waitFor();
  expect(await layoutShift(page)).toBeLessThan(0.05);

  await page.goto(paths.account);
  await page.getByRole('listitem').first().waitFor();
  expect(await layoutShift(page)).toBeLessThan(0.05);
});

/** What the page was refused by its policy since it was opened. */
async function listenForViolations(page: Page): Promise<() => Promise<string[]>> {
  const violations: string[] = [];
  await page.exposeFunction('report', (violation: string) => void violations.push(violation));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { report } = globalThis as unknown as { report: (violation: string) => void };
      report(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });
  return async () => {
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    return violations;
  };
}

test('no page goes against its content security policy or puts text where code could be', async () => {
  const { page, expectMessages } = await world.visit();
  expectMessages(failedRequest);
  const violations = await listenForViolations(page);
  const answer = await page.goto(paths.dashboard);
  const policy = (await answer?.headerValue('content-security-policy')) ?? '';
  for (const directive of [
    "default-src 'none'",
    "script-src 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ])
    expect(policy.split('; ')).toContain(directive);
  expect(policy).toMatch(/; style-src 'self' 'sha256-[\w+/]{43}='; /);
  await seesFreshness(page, 'live');

  await page.goto('/nowhere');
  await seesProblem(page, 'not_found');
  await signIn(page, 'Ada Okafor');
  await page.getByRole('article').first().waitFor();
  await page.getByRole('searchbox').fill('<script>');
  await page.getByRole('article', { name: '<script>alert(1)</script> & friends' }).waitFor();
  await openMenu(page);
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('alertdialog').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await violations()).toEqual([]);
});

test('a script that found its way into a page does not run', async () => {
  const { page, expectMessages } = await world.visit({ discord: false });
  expectMessages(/Content Security Policy|Trusted/i);
  const violations = await listenForViolations(page);
  await page.goto(paths.dashboard);
  await seesFreshness(page, 'live');
  const outcome = await page.evaluate(() => {
    try {
      document.body.innerHTML += '<img src=x onerror="document.title=1">';
      return 'written';
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(outcome).toBe('TypeError');
  expect(await violations()).toContainEqual(expect.stringContaining('require-trusted-types-for'));
});
