/**
 * A bot's session: its identity, and the numbered events it has been or will be sent. It outlives the connections that
 * carry it. Events are kept as functions and become payloads when they are sent, so that a session of thousands of
 * servers weighs little and a slow client never makes the sandbox hold what it does not read.
 */
import { randomBytes } from 'node:crypto';

/** An event's name and how to make its data; null when there is nothing left to tell. */
export type GatewayEvent = { type: string; data: () => object | null };

/** What a session needs of a connection: to send, and to say when it is ready for more. */
export type Line = {
  send(frame: { t: string; s: number; d: object }): void;
  /** Whether so much is unsent that more should wait; `drained` is then called once. */
  isFull(drained: () => void): boolean;
};

/** How many sent events can be replayed. */
const maxReplay = 3_000;
/** How many events wait for a client that is away, before its session is given up. */
const maxWaiting = 25_000;
/** How long a session waits for its client. */
const maxAwayMs = 10 * 60_000;

export class Session {
  readonly id = randomBytes(16).toString('hex');
  readonly shard: readonly [id: number, count: number];
  readonly intents: number;
  readonly largeThreshold: number;
  /** Events by number: `#log[0]` is number `#first`, and the next to send is number `#next`. */
  readonly #log: GatewayEvent[] = [];
  #first = 1;
  #next = 1;
  #line: Line | null = null;
  #awaySinceMs = Date.now();

  constructor(shard: readonly [number, number], intents: number, largeThreshold: number) {
    this.shard = shard;
    this.intents = intents;
    this.largeThreshold = largeThreshold;
  }

  get isConnected(): boolean {
    return this.#line !== null;
  }

  /** Whether all it was told has been sent. */
  get isCaughtUp(): boolean {
    return this.#line !== null && this.#next > this.#last;
  }

  /** Whether it was away so long, or missed so much, that it cannot be taken up again. */
  get isOver(): boolean {
    if (this.#line !== null) return false;
    return this.#last - this.#next >= maxWaiting || Date.now() - this.#awaySinceMs >= maxAwayMs;
  }

  get #last(): number {
    return this.#first + this.#log.length - 1;
  }

  hears(intent: number): boolean {
    return (this.intents & intent) !== 0;
  }

  /** Numbers events and sends them as soon as the connection takes them. */
  dispatch(...events: GatewayEvent[]): void {
    for (const event of events) this.#log.push(event);
    this.#pump();
  }

  /** Sends over a line from now on. */
  attach(line: Line): void {
    this.#line = line;
    this.#pump();
  }

  /** Keeps events until a line comes back. */
  detach(): void {
    this.#line = null;
    this.#awaySinceMs = Date.now();
  }

  /**
   * Takes up again after the event numbered `sequence`: what followed is sent once more. 'ahead' when there is no such
   * number yet, 'forgotten' when what followed is no longer known.
   */
  resumeFrom(sequence: number): 'resumed' | 'ahead' | 'forgotten' {
    if (sequence >= this.#next) return 'ahead';
    if (sequence + 1 < this.#first) return 'forgotten';
    this.#next = sequence + 1;
    return 'resumed';
  }

  #pump(): void {
    const line = this.#line;
    if (!line) return;
    while (this.#next <= this.#last) {
      if (line.isFull(() => this.#line === line && this.#pump())) return;
      const event = this.#log[this.#next - this.#first];
      const sequence = this.#next++;
      const data = event?.data();
      if (event && data) line.send({ t: event.type, s: sequence, d: data });
    }
    this.#forgetOld();
  }

  #forgetOld(): void {
    const surplus = this.#next - this.#first - maxReplay;
    if (surplus < maxReplay) return; // in steps, so that the array is not moved for every event
    this.#log.splice(0, surplus);
    this.#first += surplus;
  }
}
