/** Stores what a finished login leaves behind: the session and the grant it was opened with, both or neither. */
import type { NewSession, Session, Sessions } from '../accounts/sessions.ts';
import { type Database, inTransaction } from '../storage/database.ts';
import type { Grants, TokenPair } from './grants.ts';
import type { Revocations } from './revocations.ts';

/** A finished login. `issuedAt`: when its code was sent to be exchanged, in milliseconds since 1970. */
export type SignIn = NewSession & { tokens: TokenPair; issuedAt: number };

/** Inserts a session under the hash of `id`, in the place of the one named `replaced`, if there was one. */
export type StoreSignIn = (
  id: string,
  signIn: SignIn,
  replaced: string | undefined,
) => Promise<Session>;

/** Makes the storing of sign-ins. */
export function createStoreSignIn(
  database: Database,
  sessions: Sessions,
  grants: Grants,
  revocations: Revocations,
): StoreSignIn {
  return async function storeSignIn(id, signIn, replaced) {
    const session = await inTransaction(database, async (transaction) => {
      // Asked in the same transaction: a sign-out elsewhere comes either before, and is seen here, or after, and sees this
      // session.
      const revoked = await revocations.since(signIn.issuedAt, signIn, transaction);
      await grants.save(transaction, signIn, signIn.tokens, revoked !== 'none');
      if (replaced !== undefined) await sessions.remove(transaction, replaced);
      return await sessions.insert(transaction, id, signIn);
    });
    if (replaced !== undefined) sessions.announceEnds([replaced]);
    return session;
  };
}
