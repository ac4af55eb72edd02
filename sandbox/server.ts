/** Starts a sandbox: two listeners, one for each loopback address, and everything behind them. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { defaultConfig, type Config } from './config.ts';
import { faultAnswer } from './control/faults.ts';
import { json, Refusal, type Answer } from './http/answer.ts';
import { readBody, readHead, type SandboxRequest } from './http/request.ts';
import { isControlPath, route } from './routes.ts';
import { createState, type State } from './state.ts';

export type Sandbox = {
  /** Where it is reached, without a slash at the end. */
  url: string;
  /** What a client needs to be configured with. */
  config: Config & { publicUrl: string };
  /** Ends every connection and gives the port back. */
  close(): Promise<void>;
};

/** Starts a sandbox. Options that are not given are the defaults. Throws when the port cannot be had. */
export async function startSandbox(options: Partial<Config> = {}): Promise<Sandbox> {
  const config = { ...defaultConfig, ...options };
  const state = Promise.withResolvers<State>();
  const servers = [makeServer(state.promise), makeServer(state.promise)] as const;
  const port = await listen(servers[0], config.port, '127.0.0.1');
  try {
    // `localhost` is this address first on many machines.
    await listen(servers[1], port, '::1');
  } catch (error) {
    if (!isWithoutIpv6(error)) {
      servers[0].close();
      throw error;
    }
  }
  const publicUrl = config.publicUrl ?? `http://localhost:${port}`;
  const running = createState({ ...config, publicUrl });
  state.resolve(running);
  return {
    url: publicUrl,
    config: running.config,
    close: async () => {
      running.gateway.close();
      await Promise.all(servers.map(close));
    },
  };
}

function makeServer(state: Promise<State>): Server {
  const server = createServer((message, response) => {
    void state.then((running) => respond(running, message, response));
  });
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    void state.then(({ gateway }) => gateway.handleUpgrade(message, socket, head));
  });
  return server;
}

async function respond(
  state: State,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const answer = await answerMessage(state, message, gone.signal);
    if (answer === 'reset') message.socket.resetAndDestroy();
    else write(response, answer, message.method === 'HEAD');
  } catch (error) {
    if (gone.signal.aborted) return; // nobody is left to answer
    // A mistake of the sandbox's own: say so where it runs, and nothing of it to the client.
    console.error(error);
    write(response, json(500, { message: '500: Internal Server Error', code: 0 }), false);
  }
}

async function answerMessage(
  state: State,
  message: IncomingMessage,
  gone: AbortSignal,
): Promise<Answer | 'reset'> {
  const head = readHead(message, gone);
  if (!head) return json(400, { message: '400: Bad Request', code: 0 });
  // HEAD is GET without the body, as RFC 9110 §9.3.2 has it.
  const method = head.method === 'HEAD' ? 'GET' : head.method;
  try {
    const request = { ...head, method, body: await readBody(message) };
    if (isControlPath(head.segments)) return route(state, request);
    const entry = state.journal.record(request);
    const answer = await answerWithFaults(state, request);
    entry.status = answer === 'reset' ? null : answer.status;
    return answer;
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

/** Answers as the sandbox does, unless a fault was set for this request. */
async function answerWithFaults(state: State, request: SandboxRequest): Promise<Answer | 'reset'> {
  const fault = state.faults.take(request.method, request.path);
  if (fault?.delay_ms) await wait(fault.delay_ms, undefined, { signal: request.signal });
  if (fault?.reset) return 'reset';
  const answer = fault && faultAnswer(fault);
  if (answer) return answer;
  try {
    return route(state, request);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function write(response: ServerResponse, answer: Answer, headOnly: boolean): void {
  const body = answer.body ?? '';
  response.writeHead(answer.status, {
    ...(answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }),
    ...answer.headers,
  });
  response.end(headOnly ? undefined : body);
}

/** Listens on an address; resolves to the port. */
function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function isWithoutIpv6(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}
