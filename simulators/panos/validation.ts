import type { Metrics } from "./firewalls";
import type { Settings } from "./settings";
import type { ArpEntry, Route } from "./types";

interface Comparison {
  difference: number;
  percentage: number;
  within_margin: boolean;
  added: unknown[];
  removed: unknown[];
}

export interface Comparisons {
  tcp_sessions: Comparison;
  routes: Comparison;
  arp_entries: Comparison;
}

/** Compares what a firewall told before and after. Routes and ARP entries pass by their numbers alone. */
export function compare(before: Metrics, after: Metrics, settings: Settings): Comparisons {
  const sessions = after.tcp_sessions - before.tcp_sessions;
  const percentage = before.tcp_sessions > 0 ? (sessions / before.tcp_sessions) * 100 : 0;
  return {
    tcp_sessions: {
      difference: sessions,
      percentage,
      within_margin: Math.abs(percentage) <= settings.tcpMargin,
      added: [],
      removed: [],
    },
    routes: counted(before.routes, after.routes, settings.routeMargin, routeKey),
    arp_entries: counted(before.arp_entries, after.arp_entries, settings.arpMargin, arpKey),
  };
}

export function passed(comparisons: Comparisons): boolean {
  return Object.values(comparisons).every(({ within_margin }) => within_margin);
}

/** The same by the names that the reference gives. */
export function referenceShape({ tcp_sessions, routes, arp_entries }: Comparisons): Record<string, unknown> {
  const { added: _added, removed: _removed, ...sessions } = tcp_sessions;
  return { tcp_sessions: sessions, routes: referenceCount(routes), arp_entries: referenceCount(arp_entries) };
}

function referenceCount({ difference, added, removed, within_margin }: Comparison): Record<string, unknown> {
  return { count_difference: difference, added, removed, validation_passed: within_margin };
}

function counted<Item>(before: Item[], after: Item[], margin: number, key: (item: Item) => string): Comparison {
  const had = new Set(before.map(key));
  const has = new Set(after.map(key));
  const difference = after.length - before.length;
  return {
    difference,
    percentage: 0,
    within_margin: Math.abs(difference) <= margin,
    added: after.filter((item) => !had.has(key(item))),
    removed: before.filter((item) => !has.has(key(item))),
  };
}

function routeKey({ destination, gateway, interface: port }: Route): string {
  return `${destination}|${gateway}|${port}`;
}

function arpKey({ ip, mac }: ArpEntry): string {
  return `${ip}|${mac}`;
}
