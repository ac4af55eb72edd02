/** Many tabs and many browsers at once: all of them stay live. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { seesCount, seesFreshness, signIn, useProductAndBrowser } from '../harness/browser.ts';

const world = useProductAndBrowser();

async function openDashboard(page: Page): Promise<void> {
  await page.goto('/discord/dashboard');
  await seesFreshness(page, 'live');
}

/** The bot joins one more server; gives how many it is in then. */
async function botJoins(): Promise<number> {
  await world.product.sandbox('POST', '/guilds', { bot: true });
  return await world.product.countAtDiscord();
}

test('ten tabs of one browser share one stream and stay live, also after the tab that held it is closed', async () => {
  const { page: first, context, requested } = await world.visit({ discord: false });
  const others = [];
  await openDashboard(first);
  for (let tab = 1; tab < 10; tab += 1) {
    const page = await context.newPage();
    await openDashboard(page);
    others.push(page);
  }
  const streams = () => requested.filter((url) => url.endsWith('/api/events')).length;
  const together = await botJoins();
  await Promise.all([first, ...others].map((page) => seesCount(page, together)));
  expect(streams()).toBe(1);

  await first.close();
  await Promise.all(others.map((page) => seesFreshness(page, 'live')));
  const afterwards = await botJoins();
  await Promise.all(others.map((page) => seesCount(page, afterwards)));
  expect(streams()).toBe(2);
});

test('two browsers see the same figure move', async () => {
  const visits = [
    await world.visit({ discord: false }),
    await world.visit({ discord: false, language: 'ko' }),
  ];
  for (const { page } of visits) await openDashboard(page);
  const count = await botJoins();
  await Promise.all(
    visits.map(({ page }, index) => seesCount(page, count, index === 0 ? 'en' : 'ko')),
  );
});

test('a tab that comes back from another page is live again', async () => {
  const { page } = await world.visit();
  await openDashboard(page);
  await page.goto('about:blank');
  const count = await botJoins();
  await page.goBack();
  await seesCount(page, count);
  await seesFreshness(page, 'live');
  await seesCount(page, await botJoins());
});

test('the tabs of a server list show a bot that joined elsewhere, without a reload', async () => {
  const { page, context } = await world.visit();
  await signIn(page, '하늘');
  const tab = await context.newPage();
  await tab.goto('/discord/guilds');
  const pages = [page, tab];
  for (const each of pages)
    await each.getByRole('link', { name: /^Add to server: Weekend Hikers/ }).waitFor();
  const { guilds } = await world.product.sandbox<{ guilds: { id: string; name: string }[] }>(
    'GET',
    '/world?bot=false',
  );
  const hikers = guilds.find(({ name }) => name === 'Weekend Hikers');
  await world.product.sandbox('PUT', `/guilds/${hikers?.id}/bot`);
  for (const each of pages)
    await each
      .getByRole('article', { name: 'Weekend Hikers' })
      .getByText('The bot is here')
      .waitFor();
});

test('while the bot does not hear from Discord the page says so, and is live again afterwards', async () => {
  const { page } = await world.visit({ discord: false });
  await openDashboard(page);
  await world.product.sandbox('POST', '/gateway', { action: 'refuse' });
  await seesFreshness(page, 'behind');
  await page.getByText('The bot lost its connection to Discord').waitFor();
  await world.product.sandbox('POST', '/gateway', { action: 'accept' });
  await seesFreshness(page, 'live');
});
