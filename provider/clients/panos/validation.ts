import { join } from "node:path";
import type { Clock } from "../http/clock";
import type { Files } from "./files";
import type { JsonReader } from "./json-reader";
import { checkedName, type Layout } from "./layout";
import type { CallOptions } from "./options";
import { lookMaxAgeMs } from "./queue";
import { SharedLook } from "./shared-look";
import { instantOf, instantOfName } from "./times";
import { type Fields, fieldsOf, flagOf, isObject, listOf, numberOf, textOf } from "./wire";

export interface Route {
  destination?: string;
  gateway?: string;
  interface?: string;
}

export interface ArpEntry {
  ip?: string;
  mac?: string;
  interface?: string;
}

/** What was measured on a device. */
export interface Metrics {
  tcpSessions?: number;
  routeCount?: number;
  routes: Route[];
  arpCount?: number;
  arpEntries: ArpEntry[];
  diskAvailableGb?: number;
}

/** Measured before the upgrade. */
export interface PreFlight {
  serial: string;
  /** ISO 8601. */
  timestamp?: string;
  metrics: Metrics;
}

export interface CountComparison {
  difference?: number;
  withinMargin?: boolean;
}

/** What changed between before and after. */
export interface Comparison {
  tcpSessions: CountComparison & { percentage?: number };
  routes: CountComparison & { added: Route[]; removed: Route[] };
  arpEntries: CountComparison & { added: ArpEntry[]; removed: ArpEntry[] };
}

/** Measured after the upgrade, and compared. The daemon takes no failed comparison for a failed upgrade. */
export interface PostFlight {
  serial: string;
  timestamp?: string;
  preFlight: Metrics;
  postFlight: Metrics;
  comparison: Comparison;
  validationPassed?: boolean;
}

/** Which of a device's files are meant. They name no job: those of another one may be the newest. */
export interface ValidationWindow extends CallOptions {
  /** Milliseconds since the epoch. The names count whole seconds. */
  since?: number;
  until?: number;
}

export interface ValidationSummary {
  serial: string;
  /** Undefined when nothing has been compared. */
  passed?: boolean;
  preFlightAt?: string;
  postFlightAt?: string;
  comparison?: Comparison;
  /** What is beyond its margin, a few words each. */
  beyond: string[];
}

/** Reads the measurements of devices before and after their upgrades. */
export class Validation {
  private readonly names: Record<"pre_flight" | "post_flight", SharedLook<string[]>>;

  constructor(
    private readonly layout: Layout,
    files: Files,
    private readonly reader: JsonReader,
    clock: Clock,
  ) {
    const names = (flight: "pre_flight" | "post_flight") =>
      new SharedLook(() => files.list(layout.validation(flight)), clock, lookMaxAgeMs);
    this.names = { pre_flight: names("pre_flight"), post_flight: names("post_flight") };
  }

  /** The newest measurement before an upgrade; undefined when there is none. */
  async preFlight(serial: string, window?: ValidationWindow): Promise<PreFlight | undefined> {
    const fields = await this.newest("pre_flight", serial, window);
    if (!fields) return undefined;
    return {
      serial: textOf(fields.serial) ?? serial,
      timestamp: instantOf(fields.timestamp),
      metrics: metricsOf(fields.metrics),
    };
  }

  /** The newest comparison after an upgrade. The daemon writes none when it could not measure. */
  async postFlight(serial: string, window?: ValidationWindow): Promise<PostFlight | undefined> {
    const fields = await this.newest("post_flight", serial, window);
    if (!fields) return undefined;
    return {
      serial: textOf(fields.serial) ?? serial,
      timestamp: instantOf(fields.timestamp),
      preFlight: metricsOf(fields.pre_flight),
      postFlight: metricsOf(fields.post_flight),
      comparison: comparisonOf(fields.comparison),
      validationPassed: flagOf(fields.validation_passed),
    };
  }

  async summary(serial: string, window?: ValidationWindow): Promise<ValidationSummary> {
    const [before, after] = await Promise.all([this.preFlight(serial, window), this.postFlight(serial, window)]);
    return {
      serial,
      passed: after?.validationPassed,
      preFlightAt: before?.timestamp,
      postFlightAt: after?.timestamp,
      comparison: after?.comparison,
      beyond: after ? beyondMargins(after.comparison) : [],
    };
  }

  private async newest(
    flight: "pre_flight" | "post_flight",
    serial: string,
    { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY, signal }: ValidationWindow = {},
  ): Promise<Fields | undefined> {
    const prefix = `${checkedName(serial, "serial")}_`;
    const meant = (name: string) => {
      const at = Date.parse(instantOfName(name.slice(prefix.length, -".json".length)) ?? "");
      return (
        name.startsWith(prefix) && name.endsWith(".json") && at >= Math.floor(since / 1_000) * 1_000 && at <= until
      );
    };
    // What the daemon had measured before it moved the job must be in it.
    const newestFirst = (await this.names[flight].fresh({ signal })).filter(meant).sort().reverse();
    for (const name of newestFirst) {
      const path = join(this.layout.validation(flight), name);
      const value = await this.reader.value(path);
      if (isObject(value)) return value;
    }
    return undefined;
  }
}

function metricsOf(value: unknown): Metrics {
  const fields = fieldsOf(value);
  return {
    tcpSessions: numberOf(fields.tcp_sessions),
    routeCount: numberOf(fields.route_count),
    routes: listOf(fields.routes).map(routeOf),
    arpCount: numberOf(fields.arp_count),
    arpEntries: listOf(fields.arp_entries).map(arpEntryOf),
    diskAvailableGb: numberOf(fields.disk_available_gb),
  };
}

function routeOf(value: unknown): Route {
  const { destination, gateway, interface: port } = fieldsOf(value);
  return { destination: textOf(destination), gateway: textOf(gateway), interface: textOf(port) };
}

function arpEntryOf(value: unknown): ArpEntry {
  const { ip, mac, interface: port } = fieldsOf(value);
  return { ip: textOf(ip), mac: textOf(mac), interface: textOf(port) };
}

/** Both shapes: that of the daemon, and that of its documentation. */
function comparisonOf(value: unknown): Comparison {
  const { tcp_sessions, routes, arp_entries } = fieldsOf(value);
  const tcp = fieldsOf(tcp_sessions);
  return {
    tcpSessions: { ...countOf(tcp), percentage: numberOf(tcp.percentage) },
    routes: { ...countOf(fieldsOf(routes)), ...changesOf(fieldsOf(routes), routeOf) },
    arpEntries: { ...countOf(fieldsOf(arp_entries)), ...changesOf(fieldsOf(arp_entries), arpEntryOf) },
  };
}

function countOf({ difference, count_difference, within_margin, validation_passed }: Fields): CountComparison {
  return {
    difference: numberOf(difference) ?? numberOf(count_difference),
    withinMargin: flagOf(within_margin) ?? flagOf(validation_passed),
  };
}

function changesOf<T>({ added, removed }: Fields, entryOf: (value: unknown) => T): { added: T[]; removed: T[] } {
  return { added: listOf(added).map(entryOf), removed: listOf(removed).map(entryOf) };
}

/** What is beyond its margin: "TCP sessions -40 %", "routes -2". */
export function beyondMargins({ tcpSessions, routes, arpEntries }: Comparison): string[] {
  const signed = (value: number | undefined) =>
    value === undefined ? "changed" : value > 0 ? `+${value}` : `${value}`;
  const beyond: string[] = [];
  const { percentage } = tcpSessions;
  if (tcpSessions.withinMargin === false)
    beyond.push(
      `TCP sessions ${percentage === undefined ? signed(tcpSessions.difference) : `${signed(percentage)} %`}`,
    );
  if (routes.withinMargin === false) beyond.push(`routes ${signed(routes.difference)}`);
  if (arpEntries.withinMargin === false) beyond.push(`ARP entries ${signed(arpEntries.difference)}`);
  return beyond;
}
