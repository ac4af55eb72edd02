/** The reference: Koa and nothing else, answering the bytes it was given. Arguments: port, body as base64. */
import Koa from 'koa';

const [port, body = ''] = process.argv.slice(2);
const bytes = Buffer.from(body, 'base64').toString();
const app = new Koa();
app.use((ctx) => {
  ctx.type = 'application/json; charset=utf-8';
  ctx.body = bytes;
});
app.listen(Number(port), '127.0.0.1', () => console.log('listening'));
