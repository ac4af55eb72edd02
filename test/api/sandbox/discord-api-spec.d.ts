// The package ships its schemas as plain JavaScript and names no types for them.
declare module 'discord-api-spec/zod' {
  import type { z } from 'zod';
  export const setStrictObject: (strict: boolean) => void;
  export const ApplicationCommandResponseSchema: z.ZodType;
  export const ErrorResponseSchema: z.ZodType;
  export const GatewayBotResponseSchema: z.ZodType;
  export const GatewayResponseSchema: z.ZodType;
  export const GuildChannelResponseSchema: z.ZodType;
  export const GuildMemberResponseSchema: z.ZodType;
  export const GuildPreviewResponseSchema: z.ZodType;
  export const GuildRoleResponseSchema: z.ZodType;
  export const GuildWithCountsResponseSchema: z.ZodType;
  export const InteractionCallbackResponseSchema: z.ZodType;
  export const MessageResponseSchema: z.ZodType;
  export const MyGuildResponseSchema: z.ZodType;
  export const OAuth2GetAuthorizationResponseSchema: z.ZodType;
  export const PrivateApplicationResponseSchema: z.ZodType;
  export const PrivateGuildMemberResponseSchema: z.ZodType;
  export const RatelimitedResponseSchema: z.ZodType;
  export const UserPIIResponseSchema: z.ZodType;
  export const UserResponseSchema: z.ZodType;
}
