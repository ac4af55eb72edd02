/** The commands a bot registered, for every server and for single ones. */
import * as z from 'zod';
import { idField } from '../http/read-json.ts';
import { nextSnowflake } from '../world/snowflake.ts';
import { apiError } from './api-error.ts';

const chatInput = 1;
/** How many commands of the chat kind may be registered in one place. */
const maxChatInputs = 100;

const commandName = z
  .string()
  .min(1)
  .max(32)
  .regex(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai} ]+$/u);

/** Texts by locale. https://docs.discord.com/developers/interactions/application-commands#localization */
const localizations = <Text extends z.ZodType<string>>(text: Text) =>
  z.record(z.string(), text).nullish();

const description = z.string().max(100);

const option = z.looseObject({
  type: z.int().min(1).max(11),
  name: commandName,
  name_localizations: localizations(commandName),
  description: description.min(1),
  description_localizations: localizations(description.min(1)),
});

const commandFields = z.object({
  name: commandName,
  name_localizations: localizations(commandName),
  type: z.int().min(1).max(4).default(chatInput),
  description: description.default(''),
  description_localizations: localizations(description),
  options: z.array(option).max(25).nullish(),
  /** Permission bits; discord.py writes them as a number. */
  default_member_permissions: idField.pipe(z.string().regex(/^\d+$/)).nullish(),
  dm_permission: z.boolean().nullish(),
  nsfw: z.boolean().nullish(),
  contexts: z.array(z.int().min(0).max(2)).nullish(),
  integration_types: z.array(z.int().min(0).max(1)).nullish(),
});

/** A command as a bot writes it. https://docs.discord.com/developers/interactions/application-commands */
export const commandBody = commandFields.superRefine((command, context) => {
  if (command.type !== chatInput) return;
  if (command.description === '')
    context.addIssue({ code: 'custom', path: ['description'], message: 'This field is required' });
  if (command.name !== command.name.toLowerCase() || command.name.includes(' '))
    context.addIssue({ code: 'custom', path: ['name'], message: 'Command name is invalid' });
});

/** A change of a command; its kind stays. */
export const commandPatch = commandFields.omit({ type: true }).partial();

type CommandBody = z.infer<typeof commandBody>;

export type Command = {
  id: string;
  application_id: string;
  version: string;
  type: number;
  name: string;
  name_localizations: Record<string, string> | null;
  description: string;
  description_localizations: Record<string, string> | null;
  default_member_permissions: string | null;
  dm_permission?: boolean;
  nsfw: boolean;
  contexts: number[] | null;
  integration_types: number[];
  options?: object[];
  guild_id?: string;
};

/** Where commands are registered: a server's id, or null for everywhere. */
export type CommandPlace = string | null;

export class CommandRegistry {
  readonly #places = new Map<CommandPlace, Command[]>();

  clear(): void {
    this.#places.clear();
  }

  list(place: CommandPlace): readonly Command[] {
    return this.#places.get(place) ?? [];
  }

  find(place: CommandPlace, id: string): Command | null {
    return this.list(place).find((command) => command.id === id) ?? null;
  }

  /** The command a person calls by name in a server: the server's own before the one of everywhere. */
  findByName(guildId: string, name: string): Command | null {
    const named = (command: Command) => command.name === name;
    return this.list(guildId).find(named) ?? this.list(null).find(named) ?? null;
  }

  /** Registers a command. One of the same name and kind is overwritten and keeps its id. */
  put(applicationId: string, place: CommandPlace, body: CommandBody) {
    const known = this.#same(place, body);
    const others = this.list(place).filter((command) => command !== known);
    const command = makeCommand(applicationId, place, body, known);
    this.#store(place, [...others, command]);
    return { command, isNew: known === null };
  }

  /** Replaces all commands of a place. */
  replaceAll(applicationId: string, place: CommandPlace, bodies: CommandBody[]): Command[] {
    const commands = bodies.map((body) =>
      makeCommand(applicationId, place, body, this.#same(place, body)),
    );
    this.#store(place, commands);
    return commands;
  }

  /** Changes fields of a command. */
  edit(place: CommandPlace, command: Command, patch: z.infer<typeof commandPatch>): Command {
    const { type, application_id } = command;
    const body = commandBody.parse({ ...command, ...patch, type });
    const edited = makeCommand(application_id, place, body, command);
    this.#store(
      place,
      this.list(place).map((one) => (one === command ? edited : one)),
    );
    return edited;
  }

  delete(place: CommandPlace, id: string): void {
    this.#places.set(
      place,
      this.list(place).filter((command) => command.id !== id),
    );
  }

  #same(place: CommandPlace, { name, type }: CommandBody): Command | null {
    return this.list(place).find((one) => one.name === name && one.type === type) ?? null;
  }

  #store(place: CommandPlace, commands: Command[]): void {
    if (commands.filter(({ type }) => type === chatInput).length > maxChatInputs)
      throw apiError('tooManyCommands');
    this.#places.set(place, commands);
  }
}

function makeCommand(
  applicationId: string,
  place: CommandPlace,
  body: CommandBody,
  known: Command | null,
): Command {
  return {
    id: known?.id ?? nextSnowflake(),
    application_id: applicationId,
    version: nextSnowflake(),
    type: body.type,
    name: body.name,
    name_localizations: body.name_localizations ?? null,
    description: body.type === chatInput ? body.description : '',
    description_localizations: body.description_localizations ?? null,
    default_member_permissions: body.default_member_permissions ?? null,
    ...(typeof body.dm_permission === 'boolean' ? { dm_permission: body.dm_permission } : {}),
    nsfw: body.nsfw ?? false,
    contexts: body.contexts ?? null,
    integration_types: body.integration_types ?? [0],
    ...(body.options?.length ? { options: body.options } : {}),
    ...(place === null ? {} : { guild_id: place }),
  };
}
