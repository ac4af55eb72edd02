/** Fills the places of index.html while vite serves it, as the BFF does with the built one, as far as a script needs it. */
import type { Plugin } from 'vite';
import { escapeHtml } from '../shared/html.ts';
import { pageDataName, type PageData } from '../shared/pages.ts';

/** The plugin. Runs in `vite` only; the variables are judged by the BFF. */
export function devPage(environment: Record<string, string | undefined>): Plugin {
  return {
    name: 'dev-page',
    apply: 'serve',
    transformIndexHtml: { order: 'pre', handler: (html) => fillIn(html, environment) },
  };
}

function fillIn(html: string, environment: Record<string, string | undefined>): string {
  const seconds = (name: string, otherwise: number) => Number(environment[name] || otherwise);
  const data: PageData = {
    site: {
      name: environment.SITE_NAME || null,
      support_url: environment.SUPPORT_URL || null,
      privacy_url: environment.PRIVACY_URL || null,
      terms_url: environment.TERMS_URL || null,
    },
    retention: {
      login: seconds('LOGIN_TTL_SECONDS', 600),
      session_idle: seconds('SESSION_IDLE_SECONDS', 86_400),
      session_max: seconds('SESSION_MAX_SECONDS', 2_592_000),
    },
    invite_url: null,
    bot: null,
  };
  const head = `<meta name="${pageDataName}" content="${escapeHtml(JSON.stringify(data))}">`;
  const places: Record<string, string> = { language: '', theme: '', head, body: '' };
  return html.replaceAll(
    /(?:<!--)?\{\{(\w+)\}\}(?:-->)?/g,
    (_, place: string) => places[place] ?? '',
  );
}
