/** Which part of the sandbox answers a request. */
import { answerControl } from './control/control.ts';
import { answerAttachment } from './cdn/attachments.ts';
import { answerPicture } from './cdn/pictures.ts';
import { homePage } from './home/home-page.ts';
import { html, json, type Answer } from './http/answer.ts';
import type { SandboxRequest } from './http/request.ts';
import { answerAuthorizePage, answerConsent } from './oauth/authorize.ts';
import { answerMetadata } from './oauth/metadata.ts';
import { answerRevocation, answerTokenRequest } from './oauth/token.ts';
import { answerRest } from './rest/rest.ts';
import type { State } from './state.ts';

/** Whether a path belongs to the control API, which faults and the journal leave alone. */
export function isControlPath(segments: readonly string[]): boolean {
  return segments[0] === 'sandbox';
}

/** Answers any request, or throws a `Refusal`. */
export function route(state: State, request: SandboxRequest): Answer {
  const [first, ...rest] = request.segments;
  switch (first) {
    case undefined:
      return homePage(state);
    case 'sandbox':
      return answerControl(state, request, rest);
    case 'api':
      return routeApi(state, request, withoutVersion(rest));
    case 'oauth2':
      // discord.js builds invitations under `/api`, Discord's own documents name this one; both lead here.
      if (rest.join('/') === 'authorize') return authorize(state, request);
      break;
    case 'cdn':
      return rest[0] === 'attachments'
        ? answerAttachment(state, request, rest.slice(1))
        : answerPicture(state, request, rest);
    case '.well-known':
      if (rest.join('/') === 'oauth-authorization-server') return answerMetadata(state);
      break;
  }
  return html(404, 'There is nothing here. <a href="/">What is here</a>');
}

function routeApi(state: State, request: SandboxRequest, segments: string[]): Answer {
  switch (segments.join('/')) {
    case 'oauth2/authorize':
      return authorize(state, request);
    case 'oauth2/token':
      return onlyPost(request) ?? answerTokenRequest(state, request);
    case 'oauth2/token/revoke':
      return onlyPost(request) ?? answerRevocation(state, request);
    default:
      return answerRest(state, request, segments);
  }
}

function authorize(state: State, request: SandboxRequest): Answer {
  if (request.method === 'GET') return answerAuthorizePage(state, request);
  if (request.method === 'POST') return answerConsent(state, request);
  return json(405, { message: '405: Method Not Allowed', code: 0 }, { allow: 'GET, POST' });
}

function onlyPost(request: SandboxRequest): Answer | null {
  return request.method === 'POST'
    ? null
    : json(405, { message: '405: Method Not Allowed', code: 0 }, { allow: 'POST' });
}

/** `/api/v10/…`, `/api/v9/…` and `/api/…` are the same here. */
function withoutVersion(segments: string[]): string[] {
  return segments[0] === 'v10' || segments[0] === 'v9' ? segments.slice(1) : segments;
}
