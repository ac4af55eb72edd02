import type { LoginErrorCode } from '../../shared/http.ts';
import type { Config } from '../env.ts';
import type { Context } from './context.ts';

/** 303, so that the browser comes with GET whatever it came with. Koa's own redirect would write the URL into a body. */
export function seeOther(ctx: Context, url: string): void {
  ctx.status = 303;
  ctx.set('location', url);
  ctx.body = '';
}

/** Sends a person whose login did not work to the dashboard, which says why and offers to try again. */
export function seeDashboard(
  ctx: Context,
  { publicUrl }: Pick<Config, 'publicUrl'>,
  error: LoginErrorCode,
): void {
  seeOther(ctx, `${publicUrl}/discord/dashboard?error=${error}`);
}
