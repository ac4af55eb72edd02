/** One WebSocket of a bot: reads its frames, holds it to the rules, and lends itself to a session as its line. */
import type { WebSocket } from 'ws';
import type * as z from 'zod';
import { sameText } from '../oauth/client-authentication.ts';
import type { Settings } from '../settings.ts';
import type { Guild } from '../world/guild.ts';
import { channelInfoEvents, memberEvents, soundboardEvents, type Source } from './answers.ts';
import {
  channelInfoRequest,
  identifyData,
  membersRequest,
  readFrame,
  resumeData,
  soundboardRequest,
} from './client-frames.ts';
import type { Compression } from './compression.ts';
import { Outgoing } from './outgoing.ts';
import {
  allIntents,
  closings,
  disallowedBits,
  maxGuildsPerShard,
  opcodes,
  resumableClosings,
  type Closing,
} from './protocol.ts';
import { Session, type GatewayEvent, type Line } from './session.ts';
import type { StartBudget } from './start-budget.ts';

/** The most a client may send in one frame, in bytes. */
const maxFrameBytes = 4_096;
/** How many frames a client may send in `frameWindowMs`. */
const maxFrames = 120;
const frameWindowMs = 60_000;
/** HELLO comes in a packet of its own, as over the internet: seyfert overlooks what comes along with the handshake. */
const greetingDelayMs = 20;

/** What a connection needs of the gateway behind it. */
export type Host = Source & {
  readonly settings: Settings;
  readonly startBudget: StartBudget;
  guildsOfShard(shard: readonly [number, number]): Guild[];
  begin(session: Session): void;
  findSession(id: string): Session | null;
  takeFromOthers(session: Session): void;
  end(session: Session): void;
  disconnected(connection: Connection): void;
};

export class Connection implements Line {
  session: Session | null = null;
  readonly #socket: WebSocket;
  readonly #gateway: Host;
  readonly #outgoing: Outgoing;
  readonly #intervalMs: number;
  #heardAtMs = Date.now();
  #askedForHeartbeat = false;
  readonly #watch: NodeJS.Timeout;
  /** Null once the client was greeted. */
  #greeting: NodeJS.Timeout | null;
  #frames = { count: 0, sinceMs: 0 };

  constructor(socket: WebSocket, gateway: Host, compression: Compression | null) {
    const { heartbeat_interval_ms } = gateway.settings;
    this.#socket = socket;
    this.#gateway = gateway;
    this.#outgoing = new Outgoing(socket, compression);
    this.#intervalMs = heartbeat_interval_ms;
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    socket.on('close', (code: number) => this.#closed(code));
    // A broken frame or a lost peer; the close that follows does the cleaning up.
    socket.on('error', () => socket.terminate());
    this.#watch = setInterval(() => this.#checkPulse(), heartbeat_interval_ms / 2);
    this.#greeting = setTimeout(() => this.#greet(), greetingDelayMs);
  }

  send(frame: { t: string; s: number; d: object }): void {
    this.#outgoing.send(JSON.stringify({ op: opcodes.dispatch, ...frame }));
  }

  isFull(drained: () => void): boolean {
    return this.#outgoing.isFull(drained);
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
    // discordeno does not wait for HELLO; it comes first all the same.
    this.#greet();
    const frame = readFrame(data);
    if (!frame) return this.close('decodeError');
    const { op, d } = frame;
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
        return this.#ask(membersRequest, d, memberEvents);
      case opcodes.requestSoundboardSounds:
        return this.#ask(soundboardRequest, d, soundboardEvents);
      case opcodes.requestChannelInfo:
        return this.#ask(channelInfoRequest, d, channelInfoEvents);
      default:
        return this.close('unknownOpcode');
    }
  }

  #greet(): void {
    if (!this.#greeting) return;
    clearTimeout(this.#greeting);
    this.#greeting = null;
    this.#sendOp(opcodes.hello, { heartbeat_interval: this.#intervalMs });
  }

  #identify(d: unknown): void {
    if (this.session) return this.close('alreadyAuthenticated');
    const identify = identifyData.safeParse(d);
    if (!identify.success) return this.close('decodeError');
    const { token, intents, shard, large_threshold, compress } = identify.data;
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

    this.#outgoing.compressesPayloads = compress;
    const session = new Session(shard, intents, large_threshold);
    this.session = session;
    session.attach(this);
    this.#gateway.begin(session);
  }

  #resume(d: unknown): void {
    if (this.session) return this.close('alreadyAuthenticated');
    const resume = resumeData.safeParse(d);
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

  /** Reads a request that only a session may make, and sends it the answer. */
  #ask<Shape extends z.ZodType>(
    shape: Shape,
    d: unknown,
    answer: (source: Source, session: Session, request: z.infer<Shape>) => GatewayEvent[],
  ): void {
    if (!this.session) return this.close('notAuthenticated');
    const request = shape.safeParse(d);
    if (!request.success) return this.close('decodeError');
    this.session.dispatch(...answer(this.#gateway, this.session, request.data));
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

  #closed(code: number): void {
    clearInterval(this.#watch);
    clearTimeout(this.#greeting ?? undefined);
    this.#outgoing.close();
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
    this.#outgoing.send(JSON.stringify({ op, d, s: null, t: null }));
  }
}
