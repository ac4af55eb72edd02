/** Interactions: a person used a command, and the bot has little time to answer. */
import { randomBytes } from 'node:crypto';
import type { Settings } from '../settings.ts';
import type { Guild } from '../world/guild.ts';
import type { Person } from '../world/people.ts';
import { nextSnowflake } from '../world/snowflake.ts';
import type { Command } from './command-registry.ts';
import type { Message } from './message-store.ts';

/** How long follow-ups may come, in milliseconds. */
const tokenLifetimeMs = 15 * 60_000;
const maxKept = 1_000;

export type Interaction = {
  id: string;
  token: string;
  guild: Guild;
  channelId: string;
  person: Person;
  command: Command;
  createdAtMs: number;
  acknowledged: boolean;
  /** The answer that `@original` names; null until there is one. */
  original: Message | null;
};

export class InteractionRegistry {
  readonly #settings: Settings;
  readonly #byToken = new Map<string, Interaction>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  clear(): void {
    this.#byToken.clear();
  }

  create(use: Pick<Interaction, 'guild' | 'channelId' | 'person' | 'command'>): Interaction {
    const interaction: Interaction = {
      ...use,
      id: nextSnowflake(),
      token: randomBytes(48).toString('base64url'),
      createdAtMs: Date.now(),
      acknowledged: false,
      original: null,
    };
    this.#byToken.set(interaction.token, interaction);
    const [oldest] = this.#byToken.keys();
    if (this.#byToken.size > maxKept && oldest !== undefined) this.#byToken.delete(oldest);
    return interaction;
  }

  /** An interaction that waits for, or had, its first answer in time; null when it is too late or never was. */
  findForCallback(id: string, token: string): Interaction | null {
    const interaction = this.#byToken.get(token);
    if (interaction?.id !== id) return null;
    const late = Date.now() - interaction.createdAtMs > this.#settings.interaction_deadline_ms;
    return late && !interaction.acknowledged ? null : interaction;
  }

  /** An interaction whose token still serves. */
  findByToken(token: string): Interaction | null {
    const interaction = this.#byToken.get(token);
    if (!interaction || Date.now() - interaction.createdAtMs > tokenLifetimeMs) return null;
    return interaction;
  }

  find(id: string): Interaction | null {
    return [...this.#byToken.values()].find((interaction) => interaction.id === id) ?? null;
  }
}
