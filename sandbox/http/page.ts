/** The frame of every page the sandbox shows to people. */
import { randomBytes } from 'node:crypto';
import { html, type Answer } from './answer.ts';
import { markup, verbatim, type Markup } from './markup.ts';
import { pageStyle } from './page-style.ts';

/** A whole page as an answer. Nothing is loaded from elsewhere, and only our own style and script may run. */
export function page(
  status: number,
  content: { title: string; body: Markup; script?: string; wide?: boolean },
): Answer {
  const nonce = randomBytes(16).toString('base64');
  const document = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${content.title} · Guildhall sandbox</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${verbatim(pageStyle)}</style>
</head>
<body>
<header class="banner"><strong>Sandbox</strong> This is a practice Discord. Nothing here is real, and nothing leaves this machine.</header>
<main${verbatim(content.wide ? ' class="wide"' : '')}>
${content.body}
</main>
${content.script === undefined ? null : markup`<script nonce="${nonce}">${verbatim(content.script)}</script>`}
</body>
</html>`;
  return html(status, document.text, {
    'cache-control': 'no-store',
    // No form-action: browsers apply it to the redirect after the form too, and that leads to the application.
    'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'`,
    // Not no-referrer: the form's own POST would then come with the origin "null".
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  });
}
