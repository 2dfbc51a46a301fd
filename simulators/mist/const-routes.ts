import type { Route } from "../core/http";
import { type MistContext, mistRoute, ok } from "./call";
import { orgWebhookTopics } from "./collections";
import { eventTypes } from "./upgrades/journal";

const lists: Record<string, unknown[]> = {
  countries: [
    { alpha2: "DE", name: "Germany", numeric: 276, certified: true },
    { alpha2: "DK", name: "Denmark", numeric: 208, certified: true },
    { alpha2: "US", name: "United States", numeric: 840, certified: true },
  ],
  device_models: [
    { type: "ap", model: "AP45", display: "AP45", ap_type: "aps", has_wifi_band6: true },
    { type: "switch", model: "EX4100-48P", display: "EX4100-48P" },
    { type: "gateway", model: "SRX300", display: "SRX300" },
  ],
  device_events: eventTypes.map((key) => ({ key, display: displayed(key) })),
  webhook_topics: [...orgWebhookTopics, "location", "zone", "asset-raw"].map((key) => ({
    key,
    for_org: orgWebhookTopics.includes(key),
    has_delivery_results: true,
    internal: false,
    allows_single_event_per_message: false,
  })),
};

/** A key as a title: AP_UPGRADE_FAILED is AP Upgrade Failed. */
function displayed(key: string): string {
  return key
    .split("_")
    .map((word) => (word.length === 2 && word !== "BY" ? word : word.charAt(0) + word.slice(1).toLowerCase()))
    .join(" ");
}

/** Lists that are the same for everybody. */
export function constRoutes(context: MistContext): Route[] {
  return Object.entries(lists).map(([name, rows]) =>
    mistRoute(context, { method: "GET", path: `/const/${name}`, handle: () => ok(rows) }),
  );
}
