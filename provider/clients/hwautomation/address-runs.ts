/** A server to start, with the address that its management controller gets. */
export interface BatchServer {
  serverId: string;
  targetIpmiIp?: string;
}

/** Servers that can travel in one call. */
export interface AddressRun {
  servers: readonly BatchServer[];
  /** Their addresses in order, as `A.B.C.X-Y`; undefined for those that have none. */
  ipmiRange?: string;
}

/** The four numbers of an IPv4 address; undefined of anything else. */
function octetsOf(address: string): number[] | undefined {
  const octets = address.split(".").map((octet) => (/^\d{1,3}$/.test(octet) ? Number(octet) : Number.NaN));
  return octets.length === 4 && octets.every((octet) => octet <= 255) ? octets : undefined;
}

/**
 * Divides servers into what the reference's batch can express: addresses that follow each other in the last number, and those
 * without an address together. An address that no range can express (IPv6) is left alone, without a range.
 */
export function addressRuns(servers: readonly BatchServer[]): AddressRun[] {
  const without = servers.filter(({ targetIpmiIp }) => targetIpmiIp === undefined);
  const addressed = servers.flatMap((server) => {
    const octets = octetsOf(server.targetIpmiIp ?? "");
    return octets ? [{ server, prefix: octets.slice(0, 3).join("."), last: octets[3] ?? 0, octets }] : [];
  });
  const others = servers.filter(({ targetIpmiIp }) => targetIpmiIp !== undefined && !octetsOf(targetIpmiIp));
  const sorted = addressed.toSorted((a, b) => compare(a.octets, b.octets));
  const runs: (typeof addressed)[] = [];
  for (const each of sorted) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before?.prefix === each.prefix && before.last + 1 === each.last) run.push(each);
    else runs.push([each]);
  }
  return [
    ...(without.length > 0 ? [{ servers: without }] : []),
    ...runs.map((run) => ({
      servers: run.map(({ server }) => server),
      ipmiRange: `${run[0]?.prefix}.${run[0]?.last}-${run.at(-1)?.last}`,
    })),
    ...others.map((server) => ({ servers: [server] })),
  ];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((octet, place) => octet !== other[place]);
  return index < 0 ? 0 : (one[index] ?? 0) - (other[index] ?? 0);
}

/** What is named twice in a batch: servers first, else addresses. */
export function duplicatesIn(servers: readonly BatchServer[]): string | undefined {
  const ids = repeated(servers.map(({ serverId }) => serverId));
  if (ids.length > 0) return `more than once in the list: ${ids.join(", ")}`;
  const addresses = repeated(servers.flatMap(({ targetIpmiIp }) => targetIpmiIp ?? []));
  return addresses.length > 0 ? `address given to more than one server: ${addresses.join(", ")}` : undefined;
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
