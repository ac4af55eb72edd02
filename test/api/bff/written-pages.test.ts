/** The pages as the BFF writes them, before any script has run. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { pageDataName, type PageData } from '../../../shared/pages.ts';
import { startBff } from '../../harness/bff.ts';
import { directoryForTest } from '../../harness/directory-for-test.ts';
import { startFakeBot } from '../../harness/fake-bot.ts';
import { type Answer, Visitor } from '../../harness/visitor.ts';

const patience = { timeout: 10_000 };

type Profile = Parameters<typeof startFakeBot>[2];

/** A BFF and a bot in `guilds` servers; without a number there is no bot. */
async function ourPages(
  guilds?: number,
  environment: Record<string, string> = {},
  profile?: Profile,
) {
  const directory = directoryForTest();
  const ids = Array.from({ length: guilds ?? 0 }, (_, index) => String(index + 1));
  const bot =
    guilds === undefined ? null : await startFakeBot(`${directory}/run/bot.sock`, ids, profile);
  const bff = await startBff(environment, { directory });
  onTestFinished(async () => {
    await bff.close();
    await bot?.close();
  });
  const visitor = new Visitor(bff.url);
  if (bot)
    await expect
      .poll(async () => (await visitor.get('/api/guild-count')).status, patience)
      .toBe(200);
  return { bff, bot, visitor };
}

/** What a reader without scripts sees of a part of the page. */
function textOf(html: string, pattern: RegExp): string {
  const part = pattern.exec(html)?.[1] ?? '';
  return unescape(part.replaceAll(/<!--.*?-->|<[^>]*>/g, ''));
}

function unescape(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');
}

const sentenceOf = ({ body }: Answer) => textOf(body, /(<p [^>]*data-characters.*?<\/p>)/s);
const ageOf = ({ body }: Answer) => textOf(body, /(<p [^>]*data-freshness.*?<\/p>)/s);
const titleOf = ({ body }: Answer) => textOf(body, /<title>(.*?)<\/title>/s);
const metaOf = ({ body }: Answer, name: string) => {
  const match = new RegExp(`<meta (?:name|property)="${name}" content="([^"]*)">`).exec(body);
  return match && unescape(match[1] ?? '');
};
const dataOf = (answer: Answer) => JSON.parse(metaOf(answer, pageDataName) ?? '') as PageData;

describe('the sentence', () => {
  it.each([
    ['en', 0, 'The bot is active in 0 servers.'],
    ['en', 1, 'The bot is active in 1 server.'],
    ['en', 1_234_567, 'The bot is active in 1,234,567 servers.'],
    ['ko', 1, 'bot은 1개의 server에서 활동하고 있습니다.'],
    ['ko', 12_345, 'bot은 12,345개의 server에서 활동하고 있습니다.'],
  ] as const)(
    'stands in the page, counted as the language counts: %s, %i',
    async (language, count, sentence) => {
      const { visitor, bot } = await ourPages(0);
      bot?.change(count);
      const page = () => visitor.get('/discord/dashboard', { 'accept-language': language });
      await expect.poll(async () => sentenceOf(await page()), patience).toBe(sentence);
      const answer = await page();
      expect(answer.body).toContain(`<html lang="${language}"`);
      expect(ageOf(answer)).toBe(language === 'ko' ? '방금 전 업데이트' : 'Updated just now');
      expect(metaOf(answer, 'og:description')).toBe(sentence);
      expect(dataOf(answer).guild_count).toMatchObject({ guild_count: count, stale: false });
    },
  );

  it('is what was last known when the bot is gone, and says so', async () => {
    const { visitor, bot } = await ourPages(3);
    await bot?.close();
    const page = () => visitor.get('/discord/dashboard');
    await expect
      .poll(async () => ageOf(await page()), patience)
      .toBe('The bot went offline just now');
    const answer = await page();
    expect(sentenceOf(answer)).toBe('The bot is active in 3 servers.');
    expect(answer.body).toContain('data-stale="true"');
    expect(dataOf(answer).guild_count).toMatchObject({ guild_count: 3, stale: true });
  });

  it('is followed by what it leaves out, and by how much of the bot is connected', async () => {
    const { visitor, bot } = await ourPages(3);
    bot?.change(3, { unavailable: 1, shards: { ready: 3, total: 4 } });
    const page = (language: string) =>
      visitor.get('/discord/dashboard', { 'accept-language': language });
    await expect
      .poll(async () => (await page('en')).body, patience)
      .toContain('>3 of 4 shards are connected<');
    const english = await page('en');
    expect(english.body).toContain('>1 server is unavailable because of a Discord outage<');
    expect(ageOf(english)).toBe(
      'The bot lost its connection to Discord just now and is reconnecting',
    );
    expect((await page('ko')).body).toContain('>샤드 4개 중 3개가 연결되어 있습니다<');
    expect(english.body).toContain('data-freshness="behind"');
  });

  it('is missing while the bot was never seen, and the page says why', async () => {
    const { visitor } = await ourPages();
    const english = await visitor.get('/discord/dashboard');
    expect(sentenceOf(english)).toBe('');
    expect(english.body).toContain('The bot is offline');
    expect(english.body).not.toContain('{{');
    expect(dataOf(english)).toMatchObject({ bot: null, guild_count: null });
    const korean = await visitor.get('/discord/dashboard', { 'accept-language': 'ko' });
    expect(korean.body).toContain('봇이 오프라인입니다');
  });

  it('is nowhere but on the dashboard', async () => {
    const { visitor } = await ourPages(3);
    for (const path of ['/discord/guilds', '/account', '/privacy', '/nowhere']) {
      const answer = await visitor.get(path);
      expect(sentenceOf(answer)).toBe('');
      expect(dataOf(answer).guild_count).toBeUndefined();
      expect(answer.body).not.toContain('{{');
    }
  });
});

describe('the language of a page', () => {
  it.each([
    ['ko', 'ko'],
    ['ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7', 'ko'],
    ['en-US,en;q=0.9,ko;q=0.8', 'en'],
    ['fr,de;q=0.9', 'en'],
    ['fr,ko;q=0.1', 'ko'],
    ['en;q=0,ko;q=0.1', 'ko'],
    ['*', 'en'],
    ['', 'en'],
    ['ko;q=banana', 'en'],
  ])('for "Accept-Language: %s" is %s', async (accepted, language) => {
    const { visitor } = await ourPages();
    const answer = await visitor.get('/discord/dashboard', { 'accept-language': accepted });
    expect(answer.body).toContain(`<html lang="${language}" data-theme="">`);
    expect(answer.headers.vary).toBe('accept-encoding, accept-language, cookie');
  });

  it('and its theme are those a person chose in this browser, if they are any of ours', async () => {
    const { visitor } = await ourPages();
    const open = async (cookie: string) =>
      (await visitor.get('/privacy', { 'accept-language': 'en', cookie })).body;
    expect(await open('guildhall-language=ko; guildhall-theme=dark')).toContain(
      '<html lang="ko" data-theme="dark">',
    );
    expect(await open('guildhall-theme=light')).toContain('<html lang="en" data-theme="light">');
    expect(await open('guildhall-language="><script>; guildhall-theme=pink')).toContain(
      '<html lang="en" data-theme="">',
    );
  });
});

describe('a page a client has already', () => {
  it('is not sent again until what it shows changes', async () => {
    const { visitor, bot } = await ourPages(3);
    const first = await visitor.get('/discord/dashboard');
    const question = { 'if-none-match': String(first.headers.etag) };
    expect((await visitor.get('/discord/dashboard', question)).status).toBe(304);
    // The bot says the same again, a moment later.
    bot?.change(3);
    await visitor.get('/api/guild-count');
    expect((await visitor.get('/discord/dashboard', question)).status).toBe(304);
    bot?.change(4);
    await expect
      .poll(async () => (await visitor.get('/discord/dashboard', question)).status, patience)
      .toBe(200);
    expect((await visitor.get('/privacy')).headers.etag).not.toBe(first.headers.etag);
  });

  it('is another one in another language and another theme', async () => {
    const { visitor } = await ourPages(3);
    const tags = new Set();
    for (const language of ['en', 'ko'])
      for (const theme of ['light', 'dark', 'system'])
        tags.add(
          (
            await visitor.get('/discord/dashboard', {
              'accept-language': language,
              cookie: `guildhall-theme=${theme}`,
            })
          ).headers.etag,
        );
    expect(tags.size).toBe(6);
  });
});

describe('an address', () => {
  it.each([
    ['/discord/dashboard', 200],
    ['/discord/dashboard/', 200],
    ['/discord/dashboard?error=access_denied', 200],
    ['/Discord/Guilds', 200],
    ['/discord/guilds', 200],
    ['/account', 200],
    ['/discord/account', 200],
    ['/privacy', 200],
    ['/%70rivacy', 200],
    ['/wp-admin', 404],
    ['/wp-login.php', 404],
    ['/discord', 404],
    ['/discord/', 404],
    ['/discord/dashbord', 404],
    ['/discord//dashboard', 404],
    ['//discord/dashboard', 404],
    ['/discord%2Fdashboard', 404],
    ['/discord/dashboard//', 404],
    ['/discord/dashboard/x', 404],
    ['/index.html', 404],
    ['/constructor', 404],
    ['/__proto__', 404],
    ['/%', 404],
    ['/%ff', 404],
    ['/%00', 404],
  ])('%s is a %i', async (target, status) => {
    const { visitor } = await ourPages();
    const answer = await visitor.get(target);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body.includes('Page not found')).toBe(status === 404);
    if (status === 404) expect(answer.headers.etag).toBeUndefined();
    const conditional = await visitor.get(target, { 'if-none-match': '*' });
    expect(conditional.status).toBe(status === 404 ? 404 : 304);
  });

  it('/ is the dashboard', async () => {
    const { bff, visitor } = await ourPages();
    const answer = await visitor.get('/');
    expect(answer.status).toBe(302);
    expect(answer.location).toBe(`${bff.url}/discord/dashboard`);
  });
});

describe('what is shared', () => {
  const picture = 'http://127.0.0.1:9/cdn/avatars/1/abc.png?size=128';

  it('names the bot, its count and its picture, on PUBLIC_URL', async () => {
    const { visitor } = await ourPages(
      2,
      { PUBLIC_URL: 'https://ozzy.example' },
      { username: 'Ozzy', avatar_url: picture },
    );
    const answer = await visitor.get('/discord/dashboard', { host: 'evil.test' });
    expect(titleOf(answer)).toBe('Discord bot Dashboard · Ozzy');
    expect(metaOf(answer, 'og:title')).toBe('Discord bot Dashboard · Ozzy');
    expect(metaOf(answer, 'og:site_name')).toBe('Ozzy');
    expect(metaOf(answer, 'og:description')).toBe('The bot is active in 2 servers.');
    expect(metaOf(answer, 'description')).toBe('The bot is active in 2 servers.');
    expect(metaOf(answer, 'og:url')).toBe('https://ozzy.example/discord/dashboard');
    expect(metaOf(answer, 'og:image')).toBe('https://ozzy.example/api/bot/avatar?of=abc.png');
    expect(metaOf(answer, 'twitter:card')).toBe('summary');
    expect(answer.body).toContain('<link rel="icon" href="/api/bot/avatar?of=abc.png">');
    expect(answer.body).not.toContain('evil.test');
    for (const [path, title] of [
      ['/discord/guilds', 'Your servers · Ozzy'],
      ['/account', 'Your account · Ozzy'],
      ['/privacy', 'Privacy · Ozzy'],
      ['/nowhere', 'Page not found · Ozzy'],
    ] as const)
      expect(titleOf(await visitor.get(path))).toBe(title);
    const manifest = await visitor.get('/manifest.webmanifest');
    expect(JSON.parse(manifest.body)).toMatchObject({
      name: 'Ozzy',
      start_url: '/discord/dashboard',
    });
  });

  it('has a name and a picture while the bot was never seen', async () => {
    const { bff, visitor } = await ourPages();
    const answer = await visitor.get('/discord/dashboard');
    expect(titleOf(answer)).toBe('Discord bot Dashboard');
    expect(metaOf(answer, 'og:image')).toBe(`${bff.url}/icon-512.png`);
    expect((await visitor.get('/icon-512.png')).status).toBe(200);
    expect(metaOf(answer, 'og:description')).toBe('How many servers this Discord bot is in, live.');
  });

  it('is what the owner set, in the header, the title and the links', async () => {
    const { visitor } = await ourPages(2, {
      SITE_NAME: 'Ozzy & friends',
      SUPPORT_URL: 'https://discord.example/ozzy',
      TERMS_URL: 'https://ozzy.example/terms?a=1&b=2',
      ACCENT_COLOR: '#3366CC',
    });
    const answer = await visitor.get('/discord/dashboard');
    expect(titleOf(answer)).toBe('Discord bot Dashboard · Ozzy & friends');
    expect(answer.body).toContain('>Ozzy &amp; friends</bdi>');
    expect(answer.body).toContain('<a href="https://discord.example/ozzy">Support</a>');
    expect(answer.body).toContain('<a href="https://ozzy.example/terms?a=1&amp;b=2">Terms</a>');
    expect(answer.body).toContain('<a href="/privacy">Privacy</a>');
    expect(answer.body).toContain('--accent:#3366cc');
    expect(dataOf(answer).site).toEqual({
      name: 'Ozzy & friends',
      support_url: 'https://discord.example/ozzy',
      privacy_url: null,
      terms_url: 'https://ozzy.example/terms?a=1&b=2',
    });
    const own = await ourPages(2, { PRIVACY_URL: 'https://ozzy.example/privacy' });
    expect((await own.visitor.get('/discord/dashboard')).body).toContain(
      '<a href="https://ozzy.example/privacy">Privacy</a>',
    );
  });

  it('tells how long things are stored as the owner set it', async () => {
    const { visitor } = await ourPages(0, {
      LOGIN_TTL_SECONDS: '300',
      SESSION_IDLE_SECONDS: '5400',
      SESSION_MAX_SECONDS: '604800',
    });
    const english = (await visitor.get('/privacy')).body;
    for (const span of ['up to 5 minutes.', 'ends 90 minutes after', '7 days after'])
      expect(english).toContain(span);
    const korean = (await visitor.get('/privacy', { 'accept-language': 'ko' })).body;
    for (const span of ['최대 5분', '방문 후 90분', '로그인 후 7일'])
      expect(korean).toContain(span);
  });
});

/** A page's elements and their attributes in order, without what may hold a name. */
const skeleton = (html: string) =>
  [...html.replaceAll(/(content|aria-label)="[^"]*"/g, '$1').matchAll(/<[^>]+>/g)].map(String);

describe('a hostile name', () => {
  const names = [
    '</title><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    '{{count}}{{invite}}<!--{{head}}-->',
    "$& $1 $` $'",
    '</style><style>*{display:none}',
    '&lt;script&gt;&amp;',
    '--><script>alert(1)</script>',
    '\u202Egnp.live\u202C',
    'a\u0000b\nc',
    '한글 이름 👩‍👩‍👧',
  ];

  it.each(names)('is text wherever it stands: %j', async (name) => {
    const { visitor } = await ourPages(2, {}, { username: name, avatar_url: null });
    const plain = await ourPages(2, {}, { username: 'Ozzy', avatar_url: null });
    for (const path of ['/discord/dashboard', '/discord/guilds', '/privacy', '/nowhere']) {
      const answer = await visitor.get(path);
      const shown = [titleOf(answer), metaOf(answer, 'og:site_name'), metaOf(answer, 'og:title')];
      // eslint-disable-next-line no-control-regex
      const seen = name.replaceAll(/[\u0000-\u001f\u202c\u202e]/g, '').trim();
      for (const text of shown) expect(text).toContain(seen);
      expect(dataOf(answer).bot?.username).toBe(name);
      // As with a name that means no harm.
      expect(skeleton(answer.body)).toEqual(skeleton((await plain.visitor.get(path)).body));
    }
    const manifest = JSON.parse((await visitor.get('/manifest.webmanifest')).body) as {
      name: string;
    };
    expect(titleOf(await visitor.get('/privacy'))).toBe(`Privacy · ${manifest.name}`);
  });
});
