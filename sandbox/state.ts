/** Everything a running sandbox remembers, made once and handed to whatever answers. */
import { CommandRegistry } from './rest/command-registry.ts';
import { AttachmentStore } from './rest/attachment-store.ts';
import { InteractionRegistry } from './rest/interaction-registry.ts';
import { MessageStore } from './rest/message-store.ts';
import { RateLimiter } from './rest/rate-limiter.ts';
import type { PlacedConfig } from './config.ts';
import { Faults } from './control/faults.ts';
import { Journal } from './control/journal.ts';
import { Gateway } from './gateway/gateway.ts';
import { ConsentForms } from './oauth/consent-forms.ts';
import { Grants } from './oauth/grants.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { World } from './world/world.ts';

export type State = {
  config: PlacedConfig;
  settings: Settings;
  world: World;
  grants: Grants;
  consentForms: ConsentForms;
  commands: CommandRegistry;
  messages: MessageStore;
  attachments: AttachmentStore;
  interactions: InteractionRegistry;
  rateLimiter: RateLimiter;
  gateway: Gateway;
  faults: Faults;
  journal: Journal;
};

export function createState(config: PlacedConfig): State {
  const settings = defaultSettings();
  const world = new World(config.guilds);
  return {
    config,
    settings,
    world,
    grants: new Grants(settings),
    consentForms: new ConsentForms(),
    commands: new CommandRegistry(),
    messages: new MessageStore(),
    attachments: new AttachmentStore(`${config.publicUrl}/cdn`),
    interactions: new InteractionRegistry(settings),
    rateLimiter: new RateLimiter(),
    gateway: new Gateway({ config, settings, world }),
    faults: new Faults(),
    journal: new Journal(),
  };
}

/**
 * Back to the start, with the bot in `guilds` servers. Connected bots are told what changed, as if servers had come and
 * gone; their sessions live on.
 */
export function resetState(state: State, guilds: number): void {
  Object.assign(state.settings, defaultSettings());
  state.grants.clear();
  state.consentForms.clear();
  state.commands.clear();
  state.messages.clear();
  state.attachments.clear();
  state.interactions.clear();
  state.rateLimiter.clear();
  state.faults.clear();
  state.journal.clear();
  state.gateway.acceptConnections();
  state.world.reset(guilds);
}
