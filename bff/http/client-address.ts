import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/**
 * The client's address, for limits only. Each proxy of ours adds the address it saw to the end of `X-Forwarded-For`,
 * so with `hops` of them the last but `hops` is true and everything before it may be invented.
 */
export function clientAddress(request: IncomingMessage, hops: number): string {
  const peer = request.socket.remoteAddress ?? 'unknown';
  if (hops === 0) return peer;
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  return forwarded.at(-hops) ?? peer;
}

/**
 * What one client can't easily have many of: an IPv4 address, or of an IPv6 one the /64 that is one link, and the /48
 * around it that is one customer's and holds 65,536 of them (RFC 6177). A network has one name, however a proxy spells the
 * address, and whatever port it adds. `wide` is null for IPv4.
 */
export type ClientNetwork = { narrow: string; wide: string | null };

/** The networks of an address. */
export function clientNetwork(address: string): ClientNetwork {
  const host = withoutPort(address);
  if (!isIPv6(host)) return { narrow: host, wide: null };
  const groups = groupsOf(host);
  const [high = 0, low = 0] = groups.slice(6);
  // An IPv4 client of a socket that takes both: ::ffff:203.0.113.7. RFC 4291 §2.5.5.2
  if (groups.slice(0, 6).join() === '0,0,0,0,0,65535')
    return { narrow: [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.'), wide: null };
  const prefix = (length: number) =>
    groups
      .slice(0, length)
      .map((group) => group.toString(16))
      .join(':');
  return { narrow: `${prefix(4)}/64`, wide: `${prefix(3)}/48` };
}

/** An address without the quotes, brackets, port and zone that some proxies write. */
function withoutPort(address: string): string {
  const bare = address.replaceAll('"', '');
  const host =
    /^\[([^\]]*)\](?::\d+)?$/.exec(bare)?.[1] ??
    /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(bare)?.[1] ??
    bare;
  return host.replace(/%.*$/, '');
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...bytes) =>
    [0, 2].map((at) => (Number(bytes[at]) * 256 + Number(bytes[at + 1])).toString(16)).join(':'),
  );
  const [before = [], after = []] = hexadecimal
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16))));
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}
