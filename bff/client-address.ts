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
 * What one client can't easily have many of: an IPv4 address, or the first half of an IPv6 one (RFC 6177). One network
 * has one name, however a proxy spells the address, and whatever port it adds.
 */
export function clientNetwork(address: string): string {
  const host = withoutPort(address);
  if (!isIPv6(host)) return host;
  const groups = groupsOf(host);
  const [high = 0, low = 0] = groups.slice(6);
  // An IPv4 client of a socket that takes both: ::ffff:203.0.113.7. RFC 4291 §2.5.5.2
  if (groups.slice(0, 6).join() === '0,0,0,0,0,65535')
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  return groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':');
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
