/** Why the bot is away, in a code and in a sentence for whoever runs it. */
import { RpcError } from '../../shared/rpc.ts';
import { inspectSocket, inspectSocketDirectory } from '../../shared/socket-path.ts';

/** `reason` is stable and says nothing of this machine; `explanation` is for the log and the doctor. */
export type Away = { reason: AwayReason; explanation: string };

export type AwayReason =
  | 'no_socket'
  | 'refused'
  | 'not_permitted'
  | 'unsafe_socket'
  | 'starting'
  | 'protocol_mismatch'
  | 'timed_out'
  | 'hung_up'
  | 'unusable_answer';

/** What every start goes through for a moment, when bot and BFF begin together. */
export const reasonsOfStarting: ReadonlySet<AwayReason> = new Set([
  'no_socket',
  'refused',
  'starting',
]);

/**
 * Looks whether whoever listens at `socketPath` can be believed, as the bot does before it listens there. Gives why not;
 * undefined when it can. In a directory that is ours alone nobody else can exchange the socket after this look.
 */
export function distrust(socketPath: string): Away | undefined {
  const directory = inspectSocketDirectory(socketPath);
  const socket = directory === 'fit' ? inspectSocket(socketPath) : directory;
  if (socket === undefined) return noSocket(socketPath);
  if ('cure' in socket)
    return { reason: 'unsafe_socket', explanation: `${socket.found}. ${socket.cure}` };
  return undefined;
}

/** Explains the end of a conversation by what the socket or the call failed with. */
export function explainEnd(socketPath: string, error: unknown): Away {
  const { code = '', message } = error as { code?: string; message: string };
  switch (code) {
    case 'ENOENT':
      return noSocket(socketPath);
    case 'ECONNREFUSED':
      return {
        reason: 'refused',
        explanation: `Nobody listens at ${socketPath} any more: the bot has ended. Start it again.`,
      };
    case 'EACCES':
    case 'EPERM':
      return {
        reason: 'not_permitted',
        explanation: `This user may not use ${socketPath} (${code}). Run bot and BFF as one user.`,
      };
    case 'bot_starting':
      return { reason: 'starting', explanation: 'The bot is starting: it waits for Discord.' };
    case 'protocol_mismatch':
      return {
        reason: 'protocol_mismatch',
        explanation: `${message} Update the older of the two, and start it again.`,
      };
    case 'timeout':
    case 'ETIMEDOUT':
      return {
        reason: 'timed_out',
        explanation: `Whoever listens at ${socketPath} did not answer in time. A bot that hangs has to be started again.`,
      };
    case 'connection_closed':
      return { reason: 'hung_up', explanation: 'The bot has hung up.' };
    default:
      return {
        reason: 'unusable_answer',
        explanation: `What listens at ${socketPath} does not answer as a bot of ours: ${error instanceof RpcError ? message : code || message}`,
      };
  }
}

function noSocket(socketPath: string): Away {
  return {
    reason: 'no_socket',
    explanation: `There is no socket at ${socketPath}: the bot is not running, or has another BOT_SOCKET or DATA_DIR.`,
  };
}
