/**
 * The authorize page. A browser shows it and sends its form back; a program does the same in two requests:
 *
 *   GET  /oauth2/authorize?…   the page holds `name="nonce" value="…"`
 *   POST to the same address, form-encoded: `nonce`, `person` (an id), `decision` (`authorize` or `cancel`), and
 *        `guild_id` where the scope has `bot`. The answer is a redirect with the code, or a page.
 */
import { redirect, type Answer } from '../http/answer.ts';
import { parameter, readForm, repeatedParameter } from '../http/form.ts';
import { readCookie, type SandboxRequest } from '../http/request.ts';
import { isCrossOrigin } from '../http/same-origin.ts';
import type { State } from '../state.ts';
import type { Guild } from '../world/guild.ts';
import { samplePeople, type Person } from '../world/people.ts';
import {
  judgeAuthorizationRequest,
  type AuthorizationProblem,
  type AuthorizationRequest,
} from './authorization-request.ts';
import { cancelledPage, consentPage, donePage, refusedPage } from './consent-page.ts';

/** The browser's person: whoever was chosen last. */
const personCookie = 'sandbox-person';

/** GET: shows the question, or goes on without it where `prompt=none` allows. */
export function answerAuthorizePage(state: State, request: SandboxRequest): Answer {
  const judged = judgeAuthorizationRequest(request.query, state.config, state.settings);
  if (!judged.ok) return refuse(state, judged);
  const asked = judged.request;

  const known = state.world.people.get(readCookie(request, personCookie) ?? '');
  if (asked.skipWhenAuthorised && known && state.grants.hasAuthorised(known.id, asked.scopes))
    return finish(state, asked, { person: known, cameFrom: null }, null);

  const chosen = state.world.people.get(request.query.get('person') ?? '');
  const person = chosen ?? likelyPerson(state, asked, known ?? null);
  return ask(state, request, asked, { person, cameFrom: returnAddress(state, request) }, null);
}

/** POST: judges everything again, for a form can say what the page did not. */
export function answerConsent(state: State, request: SandboxRequest): Answer {
  const judged = judgeAuthorizationRequest(request.query, state.config, state.settings);
  if (!judged.ok) return refuse(state, judged);
  const asked = judged.request;

  const form = readForm(request);
  if (!form || repeatedParameter(form) !== null)
    return refusedPage(400, 'The form did not arrive as the page sends it.');
  const target = formTarget(request);
  if (isCrossOrigin(request)) return refusedPage(403, 'The form was sent from another site.');
  const shown = state.consentForms.close(form.get('nonce') ?? '', target);
  if (!shown)
    return refusedPage(403, 'This form was sent before, or was not shown here. Start again.');

  const person = state.world.people.get(form.get('person') ?? '');
  if (form.get('decision') === 'cancel') {
    const answer = cancel(state, asked, shown.cameFrom);
    return person ? remember(answer, person) : answer;
  }
  if (!person) return refusedPage(400, 'Nobody with this id lives in the sandbox.');
  const visit = { person, cameFrom: shown.cameFrom };
  return remember(decide(state, request, asked, visit, form), person);
}

/** Who sits before the page, and where they were before, if that is one of the application's own pages. */
type Visit = { person: Person; cameFrom: string | null };

/** Sets the cookie of the person that was chosen. */
function remember(answer: Answer, { id }: Person): Answer {
  const cookie = `${personCookie}=${id}; Path=/; HttpOnly; SameSite=Lax`;
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookie } };
}

function decide(
  state: State,
  request: SandboxRequest,
  asked: AuthorizationRequest,
  visit: Visit,
  form: URLSearchParams,
): Answer {
  const { person } = visit;
  const decision = form.get('decision');
  if (decision === 'choose') {
    const again = new URL(formTarget(request), state.config.publicUrl);
    again.searchParams.set('person', person.id);
    return redirect(303, `${again.pathname}${again.search}`);
  }
  if (decision !== 'authorize') return refusedPage(400, 'The form holds no decision.');

  if (!asked.scopes.includes('bot')) return finish(state, asked, visit, null);
  const guild = chosenGuild(state, asked, person, parameter(form, 'guild_id'));
  return typeof guild === 'string'
    ? ask(state, request, asked, visit, guild)
    : finish(state, asked, visit, guild);
}

/** Who is meant before anybody is chosen: the one chosen last, but for a server someone who may add a bot there. */
function likelyPerson(state: State, asked: AuthorizationRequest, last: Person | null): Person {
  const usual = last ?? samplePeople.owner;
  const { guildId } = asked;
  if (guildId === null) return usual;
  const manages = ({ id }: Person) =>
    state.world.guildsManagedBy(id).some((guild) => guild.id === guildId);
  return [usual, ...state.world.people.values()].find(manages) ?? usual;
}

/** The page a person came from, where the browser says so and the page is the application's. */
function returnAddress({ config }: State, { headers }: SandboxRequest): string | null {
  const { referer } = headers;
  if (referer === undefined || !URL.canParse(referer)) return null;
  const { origin } = new URL(referer);
  return config.redirectUris.some((uri) => new URL(uri).origin === origin) ? referer : null;
}

function ask(
  state: State,
  request: SandboxRequest,
  asked: AuthorizationRequest,
  { person, cameFrom }: Visit,
  problem: string | null,
): Answer {
  const target = formTarget(request);
  const nonce = state.consentForms.open({ target, cameFrom });
  return consentPage(state, { request: asked, person, target, nonce, problem });
}

/** The address the page belongs to, without the person that was only chosen for showing it. */
function formTarget(request: SandboxRequest): string {
  const query = new URLSearchParams(request.query);
  query.delete('person');
  return `${request.path}?${query}`;
}

/** The server a person chose, or why the bot cannot be added to it. */
function chosenGuild(
  state: State,
  asked: AuthorizationRequest,
  person: Person,
  chosen: string | null,
): Guild | string {
  const guildId = chosen ?? asked.guildId;
  if (guildId === null) return 'Choose a server first.';
  if (asked.guildLocked && guildId !== asked.guildId)
    return 'The application asked for another server, and that choice is locked.';
  const guild = state.world.guildsManagedBy(person.id).find(({ id }) => id === guildId);
  return guild ?? `${person.globalName ?? person.username} may not add a bot to that server.`;
}

/** Does what was agreed to: the bot joins, the code goes out. */
function finish(
  state: State,
  asked: AuthorizationRequest,
  { person, cameFrom }: Visit,
  guild: Guild | null,
): Answer {
  const wasThere = guild?.bot != null;
  if (guild) state.world.addBot(guild, asked.permissions);
  if (asked.redirectUri === null)
    return donePage(state.config, { person, guild, wasThere, cameFrom });
  const code = state.grants.issueCode({
    personId: person.id,
    scopes: asked.scopes,
    redirectUri: asked.redirectUri,
    challenge: asked.challenge,
    guildId: guild?.id ?? null,
  });
  return redirect(
    302,
    withParameters(state, asked.redirectUri, {
      code,
      state: asked.state,
      guild_id: guild?.id ?? null,
      permissions: guild ? asked.permissions.toString() : null,
    }),
  );
}

/** The person said no: told to the application, or on a page where none waits. */
function cancel(state: State, asked: AuthorizationRequest, cameFrom: string | null): Answer {
  if (asked.redirectUri === null) return cancelledPage(state.config, cameFrom);
  return redirect(
    302,
    problemUrl(state, asked.redirectUri, asked.state, {
      error: 'access_denied',
      description: 'The resource owner or authorization server denied the request',
    }),
  );
}

function refuse(
  state: State,
  judged: { problem: AuthorizationProblem; redirectUri: string | null; state: string | null },
): Answer {
  return judged.redirectUri === null
    ? refusedPage(400, judged.problem.description)
    : redirect(302, problemUrl(state, judged.redirectUri, judged.state, judged.problem));
}

function problemUrl(
  state: State,
  redirectUri: string,
  clientState: string | null,
  problem: AuthorizationProblem,
): string {
  return withParameters(state, redirectUri, {
    error: problem.error,
    error_description: problem.description,
    state: clientState,
  });
}

/** The redirect URI with the answer in its query, whose own parameters are kept. */
function withParameters(
  state: State,
  redirectUri: string,
  parameters: Record<string, string | null>,
): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters))
    if (value !== null) url.searchParams.set(name, value);
  if (state.settings.send_iss) url.searchParams.set('iss', state.config.publicUrl);
  return url.href;
}
