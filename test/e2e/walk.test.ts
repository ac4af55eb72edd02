/** What the product is for, from the first page to signing out, as one person walks it. */
import { expect, test } from 'vitest';
import {
  consent,
  seesCount,
  seesFreshness,
  seesProblem,
  signOut,
  useProductAndBrowser,
} from '../harness/browser.ts';

const world = useProductAndBrowser();

test('a Korean owner logs in, adds the bot, sees the count move, sees the bot go and come back, and signs out', async () => {
  const { page, context, expectMessages } = await world.visit({ language: 'ko' });
  const before = await world.product.countAtDiscord();

  await page.goto('/');
  expect(await page.title()).toBe('Discord bot Dashboard · Sandbox Bot');
  await seesCount(page, before, 'ko');
  await seesFreshness(page, 'live');
  await page.evaluate(() => (document.body.dataset.seen = 'since the beginning'));

  // The first page stays open while everything else happens in another tab.
  const tab = await context.newPage();
  await tab.goto('/discord/dashboard');
  await tab.getByRole('link', { name: 'Discord로 로그인' }).click();
  await consent(tab, '하늘');
  await tab.waitForURL('**/discord/guilds');
  await tab.getByRole('heading', { name: '내 서버' }).waitFor();

  const card = tab.getByRole('article', { name: 'Analog Synth Lovers' });
  const [invitation] = await Promise.all([
    context.waitForEvent('page'),
    card.getByRole('link', { name: '서버에 추가: Analog Synth Lovers (새 탭에서 열림)' }).click(),
  ]);
  const server = invitation.getByRole('combobox', { name: 'Server' });
  expect(await server.locator('option:checked').textContent()).toBe('Analog Synth Lovers');
  await consent(invitation, '하늘');
  await invitation
    .getByRole('heading', { name: 'Sandbox Bot is in Analog Synth Lovers' })
    .waitFor();
  await invitation.close();

  await seesCount(page, before + 1, 'ko');
  await card.getByText('봇이 활동 중입니다').waitFor();
  await card.getByRole('link', { name: /^Discord에서 열기: Analog Synth Lovers/ }).waitFor();

  const bot = world.product.kill('bot');
  await seesFreshness(page, 'away');
  await page.getByText('봇이 오프라인입니다').waitFor();
  await seesCount(page, before + 1, 'ko');

  await seesFreshness(page, 'live');
  await seesCount(page, before + 1, 'ko');
  await card.getByText('봇이 활동 중입니다').waitFor();
  expect(world.product.pid('bot')).not.toBe(bot);

  // The bot has just come back, and a list may be on its way while the session ends.
  expectMessages(/^Failed to load resource: .*\b401\b/);
  await signOut(tab);
  await page.getByRole('link', { name: 'Discord로 로그인' }).waitFor();
  expect(await context.cookies()).not.toContainEqual(
    expect.objectContaining({ name: 'guildhall' }),
  );
  expect(await page.evaluate(() => document.body.dataset.seen)).toBe('since the beginning');
});

test('an English-speaking moderator logs in, adds the bot to a server of someone else, and signs out', async () => {
  const { page, context } = await world.visit();
  const before = await world.product.countAtDiscord();
  await page.goto('/');
  await seesCount(page, before);
  await page.getByRole('link', { name: 'Log in with Discord' }).click();
  await consent(page, '박지호 <mod>');
  await page.waitForURL('**/discord/guilds');

  await page.getByRole('radio', { name: 'Can add' }).check({ force: true });
  const card = page.getByRole('article').first();
  const name = (await card.getByRole('heading').textContent()) ?? '';
  const [invitation] = await Promise.all([
    context.waitForEvent('page'),
    card.getByRole('link', { name: `Add to server: ${name} (opens in a new tab)` }).click(),
  ]);
  await consent(invitation, '박지호 <mod>');
  await invitation.getByRole('heading', { name: `Sandbox Bot is in ${name}` }).waitFor();

  await page.getByRole('radio', { name: 'Bot is here' }).check({ force: true });
  await page.getByRole('article', { name, exact: true }).waitFor();
  await page.getByRole('link', { name: 'Sandbox Bot, Dashboard' }).click();
  await seesCount(page, before + 1);
  await page.getByRole('main').getByText('Signed in as 박지호 <mod>').waitFor();
  await signOut(page);
  await page.getByRole('link', { name: 'Log in with Discord' }).waitFor();
});

test('someone who asked for a page before logging in lands on that page afterwards', async () => {
  const { page } = await world.visit();
  await page.goto('/discord/account?from=a-bookmark');
  await seesProblem(page, 'signed_out');
  await page.getByRole('link', { name: 'Log in with Discord' }).click();
  await consent(page, 'Sam Carter');
  await page.waitForURL('**/account?from=a-bookmark');
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
});

test('someone who cancels at Discord reads a kind word and can try again', async () => {
  const { page } = await world.visit();
  await page.goto('/');
  await page.getByRole('link', { name: 'Log in with Discord' }).click();
  await consent(page, 'Sam Carter', 'Cancel');
  await page.getByRole('alert').getByText('You cancelled the login').waitFor();
  await expect.poll(() => page.url()).toBe(`${world.product.url}/discord/dashboard`);

  await page.getByRole('link', { name: 'Try again' }).click();
  await consent(page, 'Sam Carter');
  await page.waitForURL('**/discord/guilds');
});
