/**
 * A Chromium for a test file, and visits that notice what a person would not: a word in the console, an error on the page,
 * a violation of the content security policy, a request to someone else's host. Any of them fails the test it happens in.
 */
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { Freshness } from '../../web/features/guild-count/freshness-of.ts';
import type { Problem } from '../../web/problem.ts';
import { findBrowser } from './browser-executable.ts';
import { type Product, startProduct } from './processes.ts';

/** How a person looks at the pages. */
export type Eyes = {
  language?: 'ko' | 'en';
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
  /** Device pixels a CSS pixel. */
  scale?: number;
  /** A finger instead of a mouse, and scrollbars that take no room, as on a telephone. */
  touch?: boolean;
  reducedMotion?: boolean;
  /** The system chooses the colours, as in Windows' contrast themes. */
  forcedColors?: boolean;
};

/** One browser profile with a first page in it. */
export type Visit = {
  page: Page;
  context: BrowserContext;
  /** Lets console messages and page errors like this pass from now on: the test causes them. */
  expectMessages(pattern: RegExp): void;
  /** Every address that was asked for so far, by any page of this profile. */
  requested: string[];
};

/** The line every browser prints for an answer of 4xx or 5xx and for a stream that breaks off. */
export const failedRequest =
  /^Failed to load resource: (?:the server responded with a status of \d+|net::ERR_)/;

/** Starts the browser. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null)
    throw new Error('There is no Chromium here; run: node test/harness/install-chromium.ts');
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Opens a profile that sees the pages at `url` with these eyes. */
export async function openProfile(browser: Browser, url: string, eyes: Eyes = {}) {
  const { language = 'en', theme = 'light', touch = false } = eyes;
  const { width = 1440, height = 900, scale = 1 } = eyes;
  const context = await browser.newContext({
    baseURL: url,
    locale: language === 'ko' ? 'ko-KR' : 'en-US',
    colorScheme: theme,
    reducedMotion: eyes.reducedMotion ? 'reduce' : 'no-preference',
    forcedColors: eyes.forcedColors ? 'active' : 'none',
    viewport: { width, height },
    deviceScaleFactor: scale,
    isMobile: touch,
    hasTouch: touch,
  });
  context.setDefaultTimeout(15_000);
  return context;
}

/**
 * The whole product and a browser for a test file. Both start before its first test and end after its last; between tests
 * the world of the sandbox is put back with `guilds` servers that have the bot.
 */
export function useProductAndBrowser(environment: Record<string, string> = {}) {
  let product: Product;
  let browser: Browser;
  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(environment), launchBrowser()]);
    await product.ready();
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });
  return {
    get product() {
      return product;
    },
    get browser() {
      return browser;
    },
    /** Opens a profile for the running test, watched until the test ends. `discord`: it may leave for Discord, or show its pictures. */
    async visit(eyes: Eyes & { discord?: boolean } = {}): Promise<Visit> {
      const context = await openProfile(browser, product.url, eyes);
      const origins = [product.url, ...(eyes.discord === false ? [] : [product.sandboxUrl])];
      const watch = watchContext(context, origins);
      onTestFinished(async () => {
        await context.close();
        expect(watch.problems, 'what the browser complained of').toEqual([]);
      });
      return { page: await context.newPage(), context, ...watch };
    },
  };
}

function watchContext(context: BrowserContext, origins: string[]) {
  const problems: string[] = [];
  const expected: RegExp[] = [];
  const requested: string[] = [];
  const complain = (message: string, where: string) => {
    if (!expected.some((pattern) => pattern.test(message))) problems.push(`${message} (${where})`);
  };
  context.on('console', (message) =>
    complain(message.text(), message.location().url || (message.page()?.url() ?? '')),
  );
  context.on('weberror', (error) =>
    complain(`page error: ${error.error().message}`, error.page()?.url() ?? ''),
  );
  context.on('request', (request) => {
    requested.push(request.url());
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && !origins.includes(origin))
      problems.push(`a request to ${request.url()}`);
  });
  return {
    problems,
    requested,
    expectMessages: (pattern: RegExp) => void expected.push(pattern),
  };
}

/** Signs a person in through Discord's consent page, from wherever the page is. Ends on the page the login leads to. */
export async function signIn(page: Page, person: string, next = '/discord/guilds'): Promise<void> {
  await page.goto(`/discord/login?next=${encodeURIComponent(next)}`);
  await consent(page, person);
  await page.waitForURL(`**${next}`);
}

/** What a person does at Discord's consent page. */
export async function consent(
  page: Page,
  person: string,
  decision: 'Authorize' | 'Cancel' = 'Authorize',
): Promise<void> {
  await page.getByRole('radio', { name: person, exact: true }).check();
  await page.getByRole('button', { name: decision }).click();
}

/** Opens the menu in the header: at the person's name, or the icon for those signed out. */
export async function openMenu(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /(?: menu|님의 메뉴|Language and theme|언어 및 테마)$/ })
    .click();
}

/** Signs out by the menu, and waits until the page says so. */
export async function signOut(page: Page): Promise<void> {
  await openMenu(page);
  await page.getByRole('button', { name: /^(?:Sign out|로그아웃)$/ }).click();
  await page.locator('[data-session-end=signed_out]').waitFor();
}

/** Waits until the page says how many servers the bot is in, in exactly these words. */
export async function seesCount(page: Page, count: number, language: 'ko' | 'en' = 'en') {
  const sentence =
    language === 'ko'
      ? `bot은 ${count}개의 server에서 활동하고 있습니다.`
      : `The bot is active in ${count} ${count === 1 ? 'server' : 'servers'}.`;
  await expect
    .poll(() => page.locator('p:has(strong)').textContent(), { timeout: 20_000 })
    .toBe(sentence);
}

/** Waits until the page says this of the count's age. */
export async function seesFreshness(page: Page, freshness: Freshness): Promise<void> {
  await page.locator(`[data-freshness=${freshness}]`).waitFor();
}

/** Waits for the screen of a problem, or the place on the dashboard where the count would be. */
export async function seesProblem(page: Page, problem: Problem): Promise<void> {
  await page.locator(`[data-problem=${problem}]`).waitFor();
}

/** How much the page has moved under the eyes of its reader since it was opened (Cumulative Layout Shift, without windows). */
export async function layoutShift(page: Page): Promise<number> {
  return await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries())
            sum += (entry as PerformanceEntry & { value: number }).value;
        });
        observer.observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum), 0)));
      }),
  );
}

/** The page is wider than its window, so that a reader has to scroll sideways. */
export async function scrollsSideways(page: Page): Promise<boolean> {
  return await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
}

/** What axe finds wrong by WCAG 2.2 A and AA, one line each with the first place; empty when nothing. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Evaluated by the debugger, so the page's content security policy stays in force.
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes[0]?.html} (${nodes[0]?.failureSummary}; ${nodes.length} in all)`,
    );
  });
}
