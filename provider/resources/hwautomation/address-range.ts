/** The IPv4 addresses of `A.B.C.X-Y`, in order; undefined of anything else. */
export function addressesIn(range: string): string[] | undefined {
  const match = /^((?:\d{1,3}\.){3})(\d{1,3})-(\d{1,3})$/.exec(range.trim());
  if (!match) return undefined;
  const [, prefix = "", from, to] = match;
  const [first, last] = [Number(from), Number(to)];
  const octets = [...prefix.split(".").slice(0, 3).map(Number), first, last];
  if (octets.some((octet) => octet > 255) || first > last) return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) => `${prefix}${first + index}`);
}

/** Which server has which address. */
export interface Assignments {
  [serverId: string]: string;
}

/**
 * Gives every server an address. One that has one keeps it, whatever comes and goes; the others get those that are free, in
 * their order, and one that a server had before only when no other is left.
 * @param keeps whether a server has used its address, so that it keeps one outside of the range as well
 * @throws Error when there are too few
 */
export function assign(
  servers: readonly string[],
  range: string | undefined,
  before: Assignments,
  keeps: (serverId: string) => boolean,
): Assignments {
  if (range === undefined) return Object.fromEntries(Object.entries(before).filter(([id]) => servers.includes(id)));
  const addresses = addressesIn(range) ?? [];
  const kept = new Map<string, string>();
  for (const serverId of servers) {
    const address = before[serverId];
    if (address !== undefined && (addresses.includes(address) || keeps(serverId))) kept.set(serverId, address);
  }
  const used = new Set(kept.values());
  const given = new Set(Object.values(before));
  const free = addresses.filter((address) => !used.has(address));
  const next = [...free.filter((address) => !given.has(address)), ...free.filter((address) => given.has(address))];
  return Object.fromEntries(
    servers.map((serverId) => {
      const address = kept.get(serverId) ?? next.shift();
      if (address === undefined) throw new Error(`ipmiRange ${range} has no address left for server ${serverId}`);
      return [serverId, address];
    }),
  );
}
