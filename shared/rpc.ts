/**
 * JSON-RPC 2.0 between two peers, typed from schema to call site. It needs a {@link Channel} that carries texts and
 * knows nothing of sockets, of Node or of what the calls mean. What arrives is never trusted: names are looked up in a
 * list, parameters, results and notifications are checked against their schemas, and a call that is not answered ends
 * by itself. https://www.jsonrpc.org/specification
 */
import * as z from 'zod';

/** Carries whole messages between two peers, in order. `onClose` fires once, whoever closed and for whatever reason. */
export type Channel = {
  /** Sends one message. Throws when this message can never be sent (too long); does nothing once closed. */
  send(text: string): void;
  onMessage(callback: (text: string) => void): void;
  onClose(callback: () => void): void;
  close(): void;
};

/** The calls one side answers, by name. */
type Methods = Readonly<Record<string, { params: z.ZodType; result: z.ZodType }>>;
/** What one side says unasked, by name. */
type Notifications = Readonly<Record<string, z.ZodType>>;
/** All that one side of a connection gives the other. */
export type Offer = { methods: Methods; notifications: Notifications };

/** One handler for every method, none missing and none more. A handler may throw an {@link RpcError} of its own. */
export type Handlers<M extends Methods> = {
  [Name in keyof M]: (
    params: z.output<M[Name]['params']>,
  ) => z.input<M[Name]['result']> | Promise<z.input<M[Name]['result']>>;
};

/** One listener for every notification. */
type Listeners<N extends Notifications> = {
  [Name in keyof N]: (params: z.output<N[Name]>) => void;
};

type Nothing = { methods: Record<never, never>; notifications: Record<never, never> };

export type PeerOptions<Mine extends Offer, Theirs extends Offer> = {
  /** What this side answers and says. */
  serves?: {
    offer: Mine;
    handlers: Handlers<Mine['methods']>;
    /**
     * The call that must come first and succeed within `timeoutMs`, or the connection is closed. Until then any other
     * call is refused with `<method>_first`, and nothing is notified.
     */
    opening?: { method: keyof Mine['methods'] & string; timeoutMs: number };
  };
  /** What the other side answers and says. */
  uses?: { offer: Theirs; listeners: Listeners<Theirs['notifications']> };
  /**
   * Hears what went wrong where no caller can be told the cause: a handler's own failure (the caller learns only
   * `internal_error`), a listener's, or a notification that does not fit its schema.
   */
  onFailure?: (error: unknown, name: string) => void;
};

export type Peer<Mine extends Offer, Theirs extends Offer> = {
  /**
   * Calls the other side. Ends in every case: with the checked result, or with an {@link RpcError} whose `code` is the
   * other side's, or `timeout` (after `timeoutMs`, at most {@link deadlineTickMs} late), `connection_closed`,
   * `too_many_pending`, `not_sent` or `invalid_result`.
   */
  call<Name extends keyof Theirs['methods'] & string>(
    method: Name,
    params: z.input<Theirs['methods'][Name]['params']>,
    options?: { timeoutMs?: number },
  ): Promise<z.output<Theirs['methods'][Name]['result']>>;
  /** Says something that is not answered. Lost without a word when the connection is closed or not yet opened. */
  notify<Name extends keyof Mine['notifications'] & string>(
    name: Name,
    params: z.input<Mine['notifications'][Name]>,
  ): void;
  close(): void;
  /** Resolves when the connection has ended. Never rejects. */
  readonly closed: Promise<void>;
};

/** How long a call waits for its answer unless told otherwise. */
const defaultTimeoutMs = 5_000;
/** How often deadlines are looked at. One timer serves all calls, so that a call costs no timer of its own. */
export const deadlineTickMs = 25;
/** How many calls may wait for answers at once on one connection. */
export const maxPendingCalls = 1024;
/** How many of the other side's calls may be worked on at once on one connection. */
export const maxRunningHandlers = 256;

/** Ids are echoed, so their length is limited like everything else that arrives. */
const maxIdLength = 256;
/** Names in a path are the other side's, so a complaint that quotes them has a limit as well. */
const maxComplaintLength = 300;
/** The number for every code of our own. https://www.jsonrpc.org/specification#error_object */
const ownErrorNumber = -32000;
const standardErrorNumbers = new Map([
  ['parse_error', -32700],
  ['invalid_request', -32600],
  ['method_not_found', -32601],
  ['invalid_params', -32602],
  ['internal_error', -32603],
]);
const standardErrorCodes = new Map(
  [...standardErrorNumbers].map(([code, number]) => [number, code]),
);

/**
 * How a call failed. `code` is stable and lower_snake: branch on it, never on the message. `rpcCode` is JSON-RPC's
 * number for it. Thrown in a handler it reaches the caller with its code, message and data; its cause stays here.
 */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: string;
  readonly rpcCode: number;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    { data = {}, cause }: { data?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.rpcCode = standardErrorNumbers.get(code) ?? ownErrorNumber;
    this.data = data;
  }
}

const errorObject = z.object({
  code: z.int(),
  message: z.string(),
  data: z
    .looseObject({ code: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

type Id = string | number;
type PendingCall = {
  method: string;
  schema: z.ZodType;
  deadline: number; // on performance.now()'s clock, which no one can set back
  resolve: (result: unknown) => void;
  reject: (error: RpcError) => void;
};

/**
 * Puts a peer on a channel. Which calls it answers and which it may make is fixed by the two offers; either side may
 * do both.
 */
export function openPeer<Mine extends Offer = Nothing, Theirs extends Offer = Nothing>(
  channel: Channel,
  { serves, uses, onFailure = () => {} }: PeerOptions<Mine, Theirs>,
): Peer<Mine, Theirs> {
  const answered = new Map(
    Object.entries(serves?.offer.methods ?? {}).map(([name, { params }]) => [
      name,
      { params, handle: serves?.handlers[name] as (params: unknown) => unknown },
    ]),
  );
  const heard = new Map(
    Object.entries(uses?.offer.notifications ?? {}).map(([name, schema]) => [
      name,
      { schema, listen: uses?.listeners[name] as (params: unknown) => void },
    ]),
  );
  const callable = new Map(
    Object.entries(uses?.offer.methods ?? {}).map(([name, { result }]) => [
      name,
      { schema: result, head: `,"method":${JSON.stringify(name)},"params":` },
    ]),
  );

  const opening = serves?.opening;
  let opened = opening === undefined;
  let open = true;
  let nextId = 1;
  let runningHandlers = 0;
  const pending = new Map<Id, PendingCall>(); // bounded, so looking through all of it now and then is cheap
  let deadlineTimerRuns = false;

  const openingTimer = opening && setTimeout(() => channel.close(), opening.timeoutMs);
  const { promise: closed, resolve: resolveClosed } = Promise.withResolvers<void>();

  channel.onMessage(receive);
  channel.onClose(() => {
    open = false;
    clearTimeout(openingTimer);
    for (const call of pending.values())
      call.reject(
        new RpcError(
          'connection_closed',
          `The connection closed before ${call.method} was answered.`,
        ),
      );
    pending.clear();
    resolveClosed();
  });

  function receive(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      refuse(null, new RpcError('parse_error', 'That is not JSON.'));
      return;
    }
    if (typeof message !== 'object' || message === null || Array.isArray(message))
      refuse(null, new RpcError('invalid_request', 'A message is one object, and never a batch.'));
    else if (!('method' in message) && ('result' in message || 'error' in message))
      receiveResponse(message);
    else receiveRequest(message);
  }

  function receiveRequest(message: {
    jsonrpc?: unknown;
    id?: unknown;
    method?: unknown;
    params?: unknown;
  }): void {
    const { jsonrpc, id = null, method, params = {} } = message;
    if (jsonrpc !== '2.0' || typeof method !== 'string')
      refuse(
        isId(id) ? id : null,
        new RpcError('invalid_request', 'A request says jsonrpc "2.0" and names a method.'),
      );
    // Without an id it is a notification, and no notification is answered, whatever comes of it.
    else if (!('id' in message)) receiveNotification(method, params);
    else if (isId(id)) answer(id, method, params);
    else
      refuse(null, new RpcError('invalid_request', 'An id is a short string or a whole number.'));
  }

  function answer(id: Id, name: string, params: unknown): void {
    if (!opened && name !== opening?.method) {
      const first = opening?.method;
      refuse(id, new RpcError(`${first}_first`, `The first call must be ${first}.`));
      return;
    }
    const method = answered.get(name);
    if (method === undefined) {
      refuse(id, new RpcError('method_not_found', 'There is no such method.'));
      return;
    }
    const parsed = method.params.safeParse(params);
    if (!parsed.success) {
      refuse(id, new RpcError('invalid_params', `${name}: ${firstIssue(parsed.error)}`));
      return;
    }
    if (runningHandlers >= maxRunningHandlers) {
      refuse(
        id,
        new RpcError(
          'too_many_calls',
          'Too many calls of this connection are still being worked on.',
        ),
      );
      return;
    }
    try {
      const result = method.handle(parsed.data);
      if (!(result instanceof Promise)) {
        succeed(id, name, result);
        return;
      }
      runningHandlers += 1;
      void result
        .then((late) => succeed(id, name, late))
        .catch((error: unknown) => fail(id, name, error))
        .finally(() => (runningHandlers -= 1));
    } catch (error) {
      fail(id, name, error);
    }
  }

  function succeed(id: Id, name: string, result: unknown): void {
    const echoed = typeof id === 'number' ? id : JSON.stringify(id);
    channel.send(`{"jsonrpc":"2.0","id":${echoed},"result":${JSON.stringify(result ?? null)}}`);
    if (!opened && name === opening?.method) {
      opened = true;
      clearTimeout(openingTimer);
    }
  }

  function fail(id: Id, name: string, error: unknown): void {
    let failure = error;
    if (error instanceof RpcError)
      try {
        refuse(id, error);
        return;
      } catch (unsendable) {
        failure = unsendable;
      }
    onFailure(failure, name);
    refuse(id, new RpcError('internal_error', `${name} failed.`));
  }

  function refuse(id: Id | null, { rpcCode, code, message, data }: RpcError): void {
    const error = { code: rpcCode, message, data: { ...data, code } };
    channel.send(JSON.stringify({ jsonrpc: '2.0', id, error }));
  }

  function receiveNotification(name: string, params: unknown): void {
    const notification = heard.get(name);
    if (notification === undefined) return; // it may be newer than we are
    try {
      notification.listen(notification.schema.parse(params));
    } catch (error) {
      onFailure(error, name);
    }
  }

  function receiveResponse(message: { id?: unknown; result?: unknown; error?: unknown }): void {
    const call = pending.get(message.id as Id);
    if (call === undefined) return; // answered before, given up, or never asked
    pending.delete(message.id as Id);
    if ('error' in message) {
      call.reject(toRpcError(message.error, call.method));
      return;
    }
    const parsed = call.schema.safeParse(message.result);
    if (parsed.success) call.resolve(parsed.data);
    else
      call.reject(
        new RpcError('invalid_result', `${call.method}: ${firstIssue(parsed.error)}`, {
          cause: parsed.error,
        }),
      );
  }

  function endOverdueCalls(): void {
    const now = performance.now();
    for (const [id, call] of pending)
      if (call.deadline <= now) {
        pending.delete(id);
        call.reject(new RpcError('timeout', `${call.method} was not answered in time.`));
      }
    deadlineTimerRuns = pending.size > 0;
    if (deadlineTimerRuns) setTimeout(endOverdueCalls, deadlineTickMs);
  }

  return {
    call(method, params, { timeoutMs = defaultTimeoutMs } = {}) {
      return new Promise((resolve, reject: (error: RpcError) => void) => {
        const known = callable.get(method);
        if (known === undefined)
          throw new RpcError('method_not_found', `There is no method ${method}.`);
        if (!open) throw new RpcError('connection_closed', 'The connection is closed.');
        if (pending.size >= maxPendingCalls)
          throw new RpcError(
            'too_many_pending',
            `${maxPendingCalls} calls wait for answers already.`,
          );

        const id = nextId++;
        pending.set(id, {
          method,
          schema: known.schema,
          deadline: performance.now() + timeoutMs,
          resolve: resolve as (result: unknown) => void, // checked against the method's own schema before
          reject,
        });
        try {
          channel.send(`{"jsonrpc":"2.0","id":${id}${known.head}${JSON.stringify(params)}}`);
        } catch (cause) {
          pending.delete(id);
          throw new RpcError('not_sent', `${method} could not be sent.`, { cause });
        }
        if (!deadlineTimerRuns) {
          deadlineTimerRuns = true;
          setTimeout(endOverdueCalls, deadlineTickMs);
        }
      });
    },
    notify(name, params) {
      if (opened) channel.send(JSON.stringify({ jsonrpc: '2.0', method: name, params }));
    },
    close() {
      channel.close();
    },
    closed,
  };
}

/** Tells whether an id can be echoed exactly: a number past 2^53 would come back rounded. */
function isId(id: unknown): id is Id {
  return typeof id === 'string' ? id.length <= maxIdLength : Number.isSafeInteger(id);
}

/** The first of a schema's complaints. Names where, never what: the value may be large or secret. */
function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'does not fit its schema';
  return `${issue.path.join('.')} ${issue.message}`.trim().slice(0, maxComplaintLength);
}

function toRpcError(error: unknown, method: string): RpcError {
  const parsed = errorObject.safeParse(error);
  if (!parsed.success)
    return new RpcError('invalid_result', `${method}: the error that came back is not one.`, {
      cause: parsed.error,
    });
  const { code, message, data } = parsed.data;
  return new RpcError(data?.code ?? standardErrorCodes.get(code) ?? 'unknown_error', message, {
    data,
  });
}
