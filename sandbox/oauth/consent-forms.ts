/** Which consent pages are open. Each may be sent back once, to the request it was shown for. */
import { randomBytes } from 'node:crypto';

const lifetimeMs = 30 * 60_000;
const maxOpen = 1_000;

/** A page that was shown: for which request, and where its person was before. */
type Shown = { target: string; cameFrom: string | null };

export class ConsentForms {
  readonly #open = new Map<string, Shown & { expiresAtMs: number }>();

  clear(): void {
    this.#open.clear();
  }

  /** A number for a page. The oldest page is forgotten when too many are open. */
  open(shown: Shown): string {
    const nonce = randomBytes(16).toString('base64url');
    this.#open.set(nonce, { ...shown, expiresAtMs: Date.now() + lifetimeMs });
    const [oldest] = this.#open.keys();
    if (this.#open.size > maxOpen && oldest !== undefined) this.#open.delete(oldest);
    return nonce;
  }

  /** Closes a page. Null when there is none with this number for this target, or it was closed before. */
  close(nonce: string, target: string): Shown | null {
    const form = this.#open.get(nonce);
    this.#open.delete(nonce);
    return form?.target === target && Date.now() < form.expiresAtMs ? form : null;
  }
}
