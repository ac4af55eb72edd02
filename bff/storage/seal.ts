/**
 * Encryption at rest. A sealed record opens only with a key we hold, and only in the row it was sealed for: a row
 * copied over another does not open.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** Seals and opens JSON values. `purpose` and `row` are bound to the record and must be the same for opening. */
export type Seal = {
  seal(value: unknown, purpose: string, row: string): Uint8Array;
  /** The value, or undefined when the record is damaged, moved, or sealed with a key we no longer hold. */
  open(sealed: Uint8Array, purpose: string, row: string): unknown;
};

const keyIdBytes = 4;
const ivBytes = 12; // NIST SP 800-38D §8.2: 96 bits
const tagBytes = 16;

/**
 * Makes a seal from the session secrets, newest first: the first seals, all of them open. AES-256-GCM with a random
 * nonce; the keys are derived with HKDF, so that the same secret can serve other purposes too.
 */
export function createSeal(secrets: readonly string[]): Seal {
  const keys = secrets.map((secret) => {
    const key = deriveKey(secret, 'guildhall sealed record');
    return {
      // As a key object it is prepared once, not for each record.
      key: createSecretKey(key),
      id: createHash('sha256').update(key).digest().subarray(0, keyIdBytes),
    };
  });
  const newest = keys[0];
  if (newest === undefined) throw new Error('a seal needs at least one secret');

  return {
    seal(value, purpose, row) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', newest.key, iv, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(`${purpose}\0${row}`));
      const encrypted = Buffer.concat([
        cipher.update(JSON.stringify(value), 'utf8'),
        cipher.final(),
      ]);
      return Buffer.concat([newest.id, iv, cipher.getAuthTag(), encrypted]);
    },
    open(sealed, purpose, row) {
      // SQLite keeps whatever it is given in a column, text in one for bytes too.
      if (!(sealed instanceof Uint8Array)) return undefined;
      const record = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      if (record.length < keyIdBytes + ivBytes + tagBytes) return undefined;
      const id = record.subarray(0, keyIdBytes);
      const key = keys.find((each) => timingSafeEqual(each.id, id))?.key;
      if (key === undefined) return undefined;
      const iv = record.subarray(keyIdBytes, keyIdBytes + ivBytes);
      const tag = record.subarray(keyIdBytes + ivBytes, keyIdBytes + ivBytes + tagBytes);
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(`${purpose}\0${row}`));
      decipher.setAuthTag(tag);
      try {
        const encrypted = record.subarray(keyIdBytes + ivBytes + tagBytes);
        return JSON.parse(decipher.update(encrypted, undefined, 'utf8') + decipher.final('utf8'));
      } catch {
        return undefined; // The tag does not fit: damaged or moved. The caller drops the record.
      }
    },
  };
}

function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
}
