/** One WebSocket of a bot: reads its frames, holds it to the rules, and lends itself to a session as its line. */
import type { WebSocket } from 'ws';
import * as z from 'zod';
import { sameText } from '../oauth/client-authentication.ts';
import type { Gateway } from './gateway.ts';
import {
  allIntents,
  closings,
  disallowedBits,
  maxGuildsPerShard,
  opcodes,
  resumableClosings,
  type Closing,
} from './protocol.ts';
import { Session, type Line } from './session.ts';

/** The most a client may send in one frame, in bytes. */
const maxFrameBytes = 4_096;
/** How many frames a client may send in `frameWindowMs`. */
const maxFrames = 120;
const frameWindowMs = 60_000;
/** How much may wait in a socket before a session holds back. */
const fullBytes = 256 * 1024;

const frameShape = z.object({ op: z.int(), d: z.unknown() });
const identifyShape = z.object({
  token: z.string(),
  intents: z.number(),
  properties: z.looseObject({}),
  shard: z.tuple([z.number(), z.number()]).optional(),
  large_threshold: z.int().min(50).max(250).default(50),
});
const resumeShape = z.object({
  token: z.string(),
  session_id: z.string(),
  seq: z.int().nonnegative(),
});
const requestMembersShape = z.object({
  guild_id: z.string(),
  query: z.string().optional(),
  limit: z.int().nonnegative().default(0),
  user_ids: z.union([z.string().transform((id) => [id]), z.array(z.string()).max(100)]).optional(),
  nonce: z.string().max(32).optional(),
});

export type MembersRequest = z.infer<typeof requestMembersShape>;

export class Connection implements Line {
  session: Session | null = null;
  readonly #socket: WebSocket;
  readonly #gateway: Gateway;
  readonly #intervalMs: number;
  #heardAtMs = Date.now();
  #askedForHeartbeat = false;
  #watch: NodeJS.Timeout;
  #drained: (() => void) | null = null;
  #frames = { count: 0, sinceMs: 0 };

  constructor(socket: WebSocket, gateway: Gateway, heartbeatIntervalMs: number) {
    this.#socket = socket;
    this.#gateway = gateway;
    this.#intervalMs = heartbeatIntervalMs;
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    socket.on('close', (code: number) => this.#closed(code));
    // A broken frame or a lost peer; the close that follows does the cleaning up.
    socket.on('error', () => socket.terminate());
    this.#watch = setInterval(() => this.#checkPulse(), heartbeatIntervalMs / 2);
    this.#sendOp(opcodes.hello, { heartbeat_interval: heartbeatIntervalMs });
  }

  send(frame: { t: string; s: number; d: object }): void {
    const text = JSON.stringify({ op: opcodes.dispatch, ...frame });
    this.#socket.send(text, () => this.#sent());
  }

  isFull(drained: () => void): boolean {
    if (this.#socket.bufferedAmount < fullBytes) return false;
    this.#drained = drained;
    return true;
  }

  /** Ends the connection with a reason the client can read. */
  close(closing: Closing): void {
    const [code, reason] = closings[closing];
    this.#socket.close(code, reason);
    if (!resumableClosings.includes(code)) this.#endSession();
  }

  /** Asks the client to come back and resume. */
  askToReconnect(): void {
    this.#sendOp(opcodes.reconnect, null);
  }

  /** Ends the session but not the connection; the client may identify anew. */
  invalidateSession(): void {
    this.#endSession();
    this.#sendOp(opcodes.invalidSession, false);
  }

  /** Cuts the line without a word. */
  cut(): void {
    this.#socket.terminate();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#isFlooding()) return this.close('rateLimited');
    if (isBinary || data.length > maxFrameBytes) return this.close('decodeError');
    const frame = frameShape.safeParse(parseJson(data));
    if (!frame.success) return this.close('decodeError');
    const { op, d } = frame.data;
    switch (op) {
      case opcodes.heartbeat:
        this.#heardAtMs = Date.now();
        this.#askedForHeartbeat = false;
        return this.#sendOp(opcodes.heartbeatAck, null);
      case opcodes.identify:
        return this.#identify(d);
      case opcodes.resume:
        return this.#resume(d);
      case opcodes.presenceUpdate:
      case opcodes.voiceStateUpdate:
        // Accepted and without effect: nobody here sees the bot's status or hears it speak.
        return this.session ? undefined : this.close('notAuthenticated');
      case opcodes.requestGuildMembers:
        return this.#requestMembers(d);
      default:
        return this.close('unknownOpcode');
    }
  }

  #identify(d: unknown): void {
    if (this.session) return this.close('alreadyAuthenticated');
    const identify = identifyShape.safeParse(d);
    if (!identify.success) return this.close('decodeError');
    const { token, intents, shard = [0, 1] as const, large_threshold } = identify.data;
    const { config, settings } = this.#gateway;
    if (!sameText(token, config.botToken)) return this.close('authenticationFailed');
    const [id, count] = shard;
    if (!Number.isInteger(id) || !Number.isInteger(count) || id < 0 || id >= count)
      return this.close('invalidShard');
    if (!Number.isInteger(intents) || intents < 0 || (intents & ~allIntents) !== 0)
      return this.close('invalidIntents');
    if (disallowedBits(intents, settings.privileged_intents) !== 0)
      return this.close('disallowedIntents');
    if (this.#gateway.guildsOfShard(shard).length > maxGuildsPerShard)
      return this.close('shardingRequired');
    if (!this.#gateway.startBudget.take()) return this.#sendOp(opcodes.invalidSession, false);

    const session = new Session(shard, intents, large_threshold);
    this.session = session;
    session.attach(this);
    this.#gateway.begin(session);
  }

  #resume(d: unknown): void {
    if (this.session) return this.close('alreadyAuthenticated');
    const resume = resumeShape.safeParse(d);
    if (!resume.success) return this.close('decodeError');
    if (!sameText(resume.data.token, this.#gateway.config.botToken))
      return this.close('authenticationFailed');
    const session = this.#gateway.findSession(resume.data.session_id);
    if (!session) return this.#sendOp(opcodes.invalidSession, false);
    const outcome = session.resumeFrom(resume.data.seq);
    if (outcome === 'ahead') {
      this.#gateway.end(session);
      return this.close('invalidSequence');
    }
    if (outcome === 'forgotten') {
      this.#gateway.end(session);
      return this.#sendOp(opcodes.invalidSession, false);
    }
    this.#gateway.takeFromOthers(session);
    this.session = session;
    session.attach(this);
    session.dispatch({ type: 'RESUMED', data: () => ({}) });
  }

  #requestMembers(d: unknown): void {
    if (!this.session) return this.close('notAuthenticated');
    const request = requestMembersShape.safeParse(d);
    if (!request.success) return this.close('decodeError');
    this.#gateway.sendMembers(this.session, request.data);
  }

  /** A client that misses a heartbeat is asked for one; one that does not answer is gone. */
  #checkPulse(): void {
    const silentMs = Date.now() - this.#heardAtMs;
    if (silentMs >= this.#intervalMs * 2) this.close('sessionTimedOut');
    else if (silentMs >= this.#intervalMs * 1.5 && !this.#askedForHeartbeat) {
      this.#askedForHeartbeat = true;
      this.#sendOp(opcodes.heartbeat, null);
    }
  }

  #isFlooding(): boolean {
    const now = Date.now();
    if (now - this.#frames.sinceMs >= frameWindowMs) this.#frames = { count: 0, sinceMs: now };
    return ++this.#frames.count > maxFrames;
  }

  #sent(): void {
    if (!this.#drained || this.#socket.bufferedAmount > fullBytes / 2) return;
    const drained = this.#drained;
    this.#drained = null;
    drained();
  }

  #closed(code: number): void {
    clearInterval(this.#watch);
    // A client that says goodbye (1000, 1001) does not mean to come back.
    if (code === 1000 || code === 1001) this.#endSession();
    this.session?.detach();
    this.#gateway.disconnected(this);
  }

  #endSession(): void {
    if (this.session) this.#gateway.end(this.session);
    this.session = null;
  }

  #sendOp(op: number, d: unknown): void {
    this.#socket.send(JSON.stringify({ op, d, s: null, t: null }));
  }
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return null; // no frame, and so refused by the caller
  }
}
