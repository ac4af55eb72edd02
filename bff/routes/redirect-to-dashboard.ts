import type { LoginErrorCode } from '../../shared/http.ts';
import type { Context } from '../context.ts';
import type { Config } from '../env.ts';

/** Sends a person whose login did not work to the dashboard, which says why and offers to try again. */
export function redirectToDashboard(ctx: Context, config: Config, error: LoginErrorCode): void {
  seeOther(ctx, `${config.publicUrl}/discord/dashboard?error=${error}`);
}

/** 303, so that the browser comes with GET whatever it came with. Koa's own redirect would write the URL into a body. */
export function seeOther(ctx: Context, url: string): void {
  ctx.status = 303;
  ctx.set('location', url);
  ctx.body = '';
}
