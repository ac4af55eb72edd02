/** What a person sees when an application asks for something: the question, and what came of it. */
import type { Config } from '../config.ts';
import type { Answer } from '../http/answer.ts';
import { flag, markup, type Markup } from '../http/markup.ts';
import { page } from '../http/page.ts';
import { botAvatar } from '../payloads/user.ts';
import type { State } from '../state.ts';
import type { Guild } from '../world/guild.ts';
import type { Person } from '../world/people.ts';
import { permissionNames } from '../world/permissions.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { scopeInWords } from './scopes.ts';

/** The question. `problem` is why the last try of the same question did not work. */
export function consentPage(
  state: State,
  question: {
    request: AuthorizationRequest;
    person: Person;
    /** Where the form is sent. */
    target: string;
    nonce: string;
    problem: string | null;
  },
): Answer {
  const { request, person, target, nonce, problem } = question;
  const addsBot = request.scopes.includes('bot');
  return page(problem === null ? 200 : 400, {
    title: 'Authorize Sandbox Bot',
    script: addsBot ? followThePerson : undefined,
    body: markup`
<div class="app">
${botPicture(state.config)}
<div><h1>Sandbox Bot wants to ${addsBot ? 'join your server' : 'know who you are'}</h1>
<p class="soft">${returnNotice(request)}</p></div>
</div>
${problem === null ? null : markup`<p class="problem" role="alert">${problem}</p>`}
<form method="post" action="${target}">
<input type="hidden" name="nonce" value="${nonce}">
<h2>It would be able to</h2>
<ul class="plain">${request.scopes.map((scope) => markup`<li>${scopeInWords(scope)}</li>`)}</ul>
<fieldset><legend>Who are you today?</legend>
${[...state.world.people.values()].map((one) => personChoice(one, one.id === person.id))}
</fieldset>
${addsBot ? serverChoice(state, request, person) : null}
${addsBot ? permissionList(request.permissions) : null}
<div class="actions">
<button name="decision" value="cancel">Cancel</button>
<button name="decision" value="authorize" class="primary">Authorize</button>
</div>
</form>`,
  });
}

/** What came of an invitation, where no application waits for a code. */
export function donePage(
  config: Config,
  outcome: { person: Person; guild: Guild | null; wasThere: boolean; cameFrom: string | null },
): Answer {
  const { person, guild, wasThere, cameFrom } = outcome;
  const name = person.globalName ?? person.username;
  return page(200, {
    title: guild ? `Sandbox Bot is in ${guild.name}` : 'Sandbox Bot is authorized',
    body: markup`${botPicture(config)}
<h1>${guild ? `Sandbox Bot is in ${guild.name}` : 'Sandbox Bot is authorized'}</h1>
<p>${!guild ? `${name} authorized it.` : wasThere ? `It was there already; ${name} changed what it may do.` : `${name} added it just now.`}</p>
${wayBack(config, cameFrom)}`,
  });
}

/** The person said no, and no application waits to hear it. */
export function cancelledPage(config: Config, cameFrom: string | null): Answer {
  return page(200, {
    title: 'Nothing was changed',
    body: markup`${botPicture(config)}
<h1>Nothing was changed</h1>
<p>Sandbox Bot was not added to any server.</p>
${wayBack(config, cameFrom)}`,
  });
}

/** A link to where the person was, or else to where the application lives. */
function wayBack({ redirectUris: [first = '/'] }: Config, cameFrom: string | null): Markup {
  const { host, origin } = new URL(cameFrom ?? first);
  return markup`<p class="actions"><a class="button" href="${cameFrom ?? `${origin}/`}">Back to ${host}</a></p>
<p class="soft">If ${host} is still open in another tab, you can close this one. <a href="/">What else the sandbox holds</a></p>`;
}

function botPicture({ clientId }: Config): Markup {
  return markup`<img class="bot" src="/cdn/avatars/${clientId}/${botAvatar}.png?size=128" width="64" height="64" alt="">`;
}

/** The request itself is wrong; it goes nowhere. */
export function refusedPage(status: number, description: string): Answer {
  return page(status, {
    title: 'This request cannot be answered',
    body: markup`<h1>This request cannot be answered</h1>
<p class="problem" role="alert">${description}</p>
<p class="soft">Nobody was redirected, and nothing was authorized.</p>`,
  });
}

function returnNotice(request: AuthorizationRequest): string {
  return request.redirectUri === null
    ? 'Afterwards you can go back to where you were.'
    : `Afterwards you return to ${new URL(request.redirectUri).host}.`;
}

function personChoice(person: Person, chosen: boolean): Markup {
  const picture =
    person.avatar === null
      ? `/cdn/embed/avatars/${(BigInt(person.id) >> 22n) % 6n}.png`
      : `/cdn/avatars/${person.id}/${person.avatar}.png?size=64`;
  const name = `name-${person.id}`;
  const about = `about-${person.id}`;
  return markup`<label class="person"><input type="radio" name="person" value="${person.id}" aria-labelledby="${name}" aria-describedby="${about}"${flag('checked', chosen)}>
<img src="${picture}" width="36" height="36" alt=""><span><span id="${name}">${person.globalName ?? person.username}</span><small id="${about}">@${person.username}, ${person.about}</small></span></label>`;
}

/** The servers of each person stand in the page; the script shows those of the chosen one. */
function serverChoice(state: State, request: AuthorizationRequest, person: Person): Markup {
  const choices = [...state.world.people.values()].map((one) => ({
    one,
    options: serverOptions(state, request, one),
  }));
  return markup`<div class="field"><label class="label" for="server">Server</label>
<select id="server" name="guild_id">${choices.find(({ one }) => one.id === person.id)?.options ?? null}</select>
${choices.map(({ one, options }) => markup`<template data-person="${one.id}">${options}</template>`)}
<noscript><p><button name="decision" value="choose">Show this person's servers</button></p></noscript></div>`;
}

function serverOptions(state: State, request: AuthorizationRequest, person: Person): Markup[] {
  const guilds = state.world
    .guildsManagedBy(person.id)
    .filter((guild) => !request.guildLocked || guild.id === request.guildId)
    // Where the bot is missing comes first, so that what is preselected changes something.
    .toSorted((left, right) => Number(left.bot !== null) - Number(right.bot !== null));
  if (guilds.length === 0) {
    const reason = request.guildLocked
      ? 'This person does not manage the server asked for'
      : 'This person manages no server';
    return [markup`<option value="">${reason}</option>`];
  }
  return guilds.map(
    (guild) =>
      markup`<option value="${guild.id}"${flag('selected', guild.id === request.guildId)}>${guild.name}${guild.bot ? ' (already there)' : ''}</option>`,
  );
}

function permissionList(bits: bigint): Markup {
  const names = permissionNames(bits);
  if (names.length === 0)
    return markup`<h2>Permissions in that server</h2><p class="soft">None beyond what every member has.</p>`;
  return markup`<h2>Permissions in that server</h2>
<ul class="plain">${names.map((name) => markup`<li>${name}</li>`)}</ul>`;
}

const followThePerson = `
const select = document.getElementById('server');
const follow = () => {
  const chosen = document.querySelector('input[name=person]:checked');
  const servers = document.querySelector('template[data-person="' + chosen.value + '"]');
  select.replaceChildren(servers.content.cloneNode(true));
};
for (const input of document.querySelectorAll('input[name=person]')) input.addEventListener('change', follow);
follow();`;
