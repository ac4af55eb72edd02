/** Discord's REST API as one person's access token opens it. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Outbound, OutboundError } from '../outbound.ts';

/** The hash that names a picture. Anything else is no picture, and must not become a part of an address. */
export const pictureHash = z
  .string()
  .regex(/^\w{1,200}$/)
  .nullish()
  .catch(null);

export type UserApi = ReturnType<typeof createUserApi>;

/** Makes the client. `apiUrl` is Discord's REST base, without a version. */
export function createUserApi({ apiUrl }: { apiUrl: string }, outbound: Outbound) {
  return {
    /**
     * Asks for `path` with the token and checks the answer.
     * @throws {OutboundError} `refused` with the status when it is not 200, `unusable` when it does not fit the schema
     */
    async get<T>(path: string, accessToken: string, schema: z.ZodType<T>): Promise<T> {
      const response = await outbound(`${apiUrl}/v10${path}`, {
        method: 'GET',
        headers: { authorization: `Bearer ${accessToken}` },
        person: createHash('sha256').update(accessToken).digest('base64url'),
      });
      if (response.status !== 200)
        throw OutboundError.of(
          'refused',
          `Discord answered ${response.status} to ${path}`,
          response,
        );
      const body = schema.safeParse(await jsonOf(response));
      if (!body.success)
        throw OutboundError.of(
          'unusable',
          `Discord's answer to ${path} is not what its documentation says`,
          response,
        );
      return body.data;
    },
  };
}

/** An answer's body; undefined when it is not JSON, which no schema takes. The parser's message would quote the body. */
export async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

/** Tells whether Discord refused the token itself. */
export function wasTokenRefused(error: unknown): boolean {
  return error instanceof OutboundError && error.status === 401;
}
