/** How often a bot may identify: a thousand times a day. https://docs.discord.com/developers/events/gateway#session-start-limit-object */

const total = 1_000;
const dayMs = 86_400_000;

export class StartBudget {
  #used = 0;
  #resetAtMs = Date.now() + dayMs;

  /** Uses one start. False when none is left today. */
  take(): boolean {
    this.#renew();
    if (this.#used >= total) return false;
    this.#used += 1;
    return true;
  }

  /** As `GET /gateway/bot` tells it; `reset_after` in milliseconds. */
  describe(): { total: number; remaining: number; reset_after: number } {
    this.#renew();
    return { total, remaining: total - this.#used, reset_after: this.#resetAtMs - Date.now() };
  }

  #renew(): void {
    if (Date.now() < this.#resetAtMs) return;
    this.#used = 0;
    this.#resetAtMs = Date.now() + dayMs;
  }
}
