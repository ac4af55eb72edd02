/** The reference for a signed-in request: Koa with koa-session as it comes, sessions in a Map. Arguments: port, body. */
import Koa from 'koa';
import { createSession } from 'koa-session';

const [port, body = ''] = process.argv.slice(2);
const bytes = Buffer.from(body, 'base64').toString();
const app = new Koa();
app.keys = ['a key for the benchmark'];
const sessions = new Map<string, unknown>();
app.use(
  createSession(
    {
      store: {
        get: async (key: string) => sessions.get(key),
        set: async (key: string, value: unknown) => void sessions.set(key, value),
        destroy: async (key: string) => void sessions.delete(key),
      },
    } as Parameters<typeof createSession>[0],
    app,
  ),
);
app.use((ctx) => {
  if (ctx.path === '/sign-in') ctx.session = { user: JSON.parse(bytes).data.user };
  else if (ctx.session?.user === undefined) ctx.throw(401);
  ctx.type = 'application/json; charset=utf-8';
  ctx.body = bytes;
});
app.listen(Number(port), '127.0.0.1', () => console.log('listening'));
