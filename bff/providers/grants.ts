/**
 * Grants in storage: the tokens a provider gave for a person, one row a person, and the lease that lets one process at a
 * time refresh them. The tokens are sealed; when they run out and who is refreshing them is not secret.
 */
import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { type Identity, identityKey } from '../accounts/identity.ts';
import { type Database, fromStorage } from '../storage/database.ts';
import type { Seal } from '../storage/seal.ts';

/** Tokens as a provider issued them. `expiresAt` (ms since 1970) is null when it did not say. */
export type TokenPair = {
  accessToken: string;
  refreshToken: string | null;
  expiresAt: number | null;
};

/** A person's tokens in storage; {@link GrantRow} says what the last three mean. */
export type Grant = TokenPair & { version: number; isDoubtful: boolean; isLost: boolean };

export type Grants = ReturnType<typeof createGrants>;

const sealedTokens = z.object({ access_token: z.string(), refresh_token: z.string().nullable() });
const purpose = 'grant';

/** Where versions begin, below a 32-bit integer with room to grow. */
const maxFirstVersion = 2 ** 30;

/** Makes the store of grants. */
export function createGrants(database: Database, seal: Seal) {
  function sealTokens(owner: Identity, tokens: TokenPair): Uint8Array {
    return seal.seal(
      { access_token: tokens.accessToken, refresh_token: tokens.refreshToken },
      purpose,
      identityKey(owner),
    );
  }

  function updateOf({ provider, subject }: Identity, from: Database = database) {
    return from
      .updateTable('grants')
      .where('provider', '=', provider)
      .where('subject', '=', subject);
  }

  return {
    /**
     * Puts a new login's tokens in the place of whatever was there, within `transaction`. What was there is not revoked:
     * at Discord that would end the new ones too.
     */
    async save(
      transaction: Database,
      { provider, subject }: Identity,
      tokens: TokenPair,
      isDoubtful: boolean,
    ): Promise<void> {
      const values = {
        sealed: sealTokens({ provider, subject }, tokens),
        expires_at: tokens.expiresAt,
        doubtful: Number(isDoubtful),
        lost: 0,
        lease_owner: null,
        lease_until: null,
      };
      await transaction
        .insertInto('grants')
        // A grant that was removed and came again must not pass for the one before: a refresh of that may be on its way.
        .values({ provider, subject, version: randomInt(maxFirstVersion), ...values })
        .onConflict((conflict) =>
          conflict.columns(['provider', 'subject']).doUpdateSet((eb) => ({
            ...values,
            // A refresh of what was there must not be stored over this.
            version: eb('grants.version', '+', 1),
          })),
        )
        .execute();
    },

    /** A person's tokens; undefined when there are none, or they can't be opened. */
    async read(owner: Identity, from: Database = database): Promise<Grant | undefined> {
      const found = await fromStorage(() =>
        from
          .selectFrom('grants')
          .selectAll()
          .where('provider', '=', owner.provider)
          .where('subject', '=', owner.subject)
          .executeTakeFirst(),
      );
      if (found === undefined) return undefined;
      const tokens = sealedTokens.safeParse(
        seal.open(found.sealed, purpose, identityKey(owner)),
      ).data;
      return (
        tokens && {
          accessToken: tokens.access_token,
          refreshToken: tokens.refresh_token,
          expiresAt: found.expires_at,
          version: found.version,
          isDoubtful: found.doubtful !== 0,
          isLost: found.lost !== 0,
        }
      );
    },

    /**
     * Takes the lease on refreshing the given version, for `leaseMs`. False when another holds it, or when the grant has
     * changed or ended since. A lease that ends later than one taken now would was written by a clock that has been set
     * back since, and counts as run out.
     */
    async lease(
      owner: Identity,
      version: number,
      leaseOwner: string,
      leaseMs: number,
    ): Promise<boolean> {
      const now = Date.now();
      const result = await fromStorage(() =>
        updateOf(owner)
          .set({ lease_owner: leaseOwner, lease_until: now + leaseMs })
          .where('version', '=', version)
          .where((eb) =>
            eb.or([
              eb('lease_until', 'is', null),
              eb('lease_until', '<', now),
              eb('lease_until', '>', now + leaseMs),
            ]),
          )
          .executeTakeFirst(),
      );
      return result.numUpdatedRows > 0n;
    },

    /**
     * Notes, before a refresh is sent, that its answer may never be read. Only then is it sent: whoever finds the note
     * knows that a refusal may be the doing of a lost answer. False when the lease is no longer ours.
     */
    async markDoubtful(owner: Identity, leaseOwner: string): Promise<boolean> {
      const result = await fromStorage(() =>
        updateOf(owner)
          .set({ doubtful: 1 })
          .where('lease_owner', '=', leaseOwner)
          .executeTakeFirst(),
      );
      return result.numUpdatedRows > 0n;
    },

    /** Gives the lease back without new tokens, and says whether the tokens are in doubt. */
    async release(owner: Identity, leaseOwner: string, isDoubtful: boolean): Promise<void> {
      await fromStorage(() =>
        updateOf(owner)
          .set({ lease_owner: null, lease_until: null, doubtful: Number(isDoubtful) })
          .where('lease_owner', '=', leaseOwner)
          .execute(),
      );
    },

    /**
     * Stores refreshed tokens and gives the lease back, within `transaction`. False when the grant has changed or ended
     * meanwhile.
     */
    async replace(
      transaction: Database,
      owner: Identity,
      version: number,
      tokens: TokenPair,
      isDoubtful: boolean,
    ): Promise<boolean> {
      const result = await updateOf(owner, transaction)
        .set({
          sealed: sealTokens(owner, tokens),
          expires_at: tokens.expiresAt,
          version: version + 1,
          doubtful: Number(isDoubtful),
          lost: 0,
          lease_owner: null,
          lease_until: null,
        })
        .where('version', '=', version)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },

    /**
     * Notes that the refresh token is good for nothing any more, and gives the lease back. The access token may live on,
     * unless it `wasRefused` too: then it has run out, and nobody asks with it again.
     */
    async markLost(owner: Identity, version: number, wasRefused: boolean): Promise<void> {
      await fromStorage(() =>
        updateOf(owner)
          .set({
            lost: 1,
            lease_owner: null,
            lease_until: null,
            ...(wasRefused && { expires_at: 0 }),
          })
          .where('version', '=', version)
          .execute(),
      );
    },

    /** Puts every grant in doubt, within `transaction`: tokens were revoked, and nobody knows whose. */
    async markAllDoubtful(transaction: Database): Promise<void> {
      await transaction
        .updateTable('grants')
        .set({ doubtful: 1 })
        .where('doubtful', '=', 0)
        .execute();
    },

    /** Removes a grant, or only that version of it, within `transaction`. Tells whether it was there. */
    async remove(
      transaction: Database,
      { provider, subject }: Identity,
      version?: number,
    ): Promise<boolean> {
      let query = transaction
        .deleteFrom('grants')
        .where('provider', '=', provider)
        .where('subject', '=', subject);
      if (version !== undefined) query = query.where('version', '=', version);
      return (await query.executeTakeFirst()).numDeletedRows > 0n;
    },

    /** Removes the grants of people whose sessions have all ended by themselves. */
    async removeUnused(): Promise<void> {
      await fromStorage(() =>
        database
          .deleteFrom('grants')
          .where((eb) =>
            eb.not(
              eb.exists(
                eb
                  .selectFrom('sessions')
                  .select('sessions.id_hash')
                  .whereRef('sessions.provider', '=', 'grants.provider')
                  .whereRef('sessions.subject', '=', 'grants.subject'),
              ),
            ),
          )
          .execute(),
      );
    },
  };
}
