import { findRoute, type Route } from "../../core/http";
import { type MistContext, MistFailure, target } from "../call";
import type { Privilege } from "../types";

/** Channels about devices, whose data is JSON within JSON. */
const encoded = [
  "/sites/{site_id}/devices",
  "/sites/{site_id}/stats/devices",
  "/sites/{site_id}/stats/clients",
  "/sites/{site_id}/mxedges",
  "/sites/{site_id}/stats/mxedges",
  "/orgs/{org_id}/insights/summary",
  "/orgs/{org_id}/stats/mxedges",
  "/orgs/{org_id}/mxedges",
  ...["assets", "clients", "sdkclients", "unconnected_clients", "discovered_assets"].map(
    (what) => `/sites/{site_id}/stats/maps/{map_id}/${what}`,
  ),
];
/** Channels whose data is an object. */
const plain = [
  "/sites/{site_id}/devices/{device_id}/cmd",
  "/sites/{site_id}/pcap",
  "/sites/{site_id}/pcaps",
  "/orgs/{org_id}/mist_nac/test_idp",
];

const routes: Route[] = [...encoded, ...plain].map((path) => ({
  method: "GET",
  path,
  handle: () => ({ status: 200 }),
}));

function find(channel: string): { path: string; params: Record<string, string> } | undefined {
  const found = findRoute(routes, "GET", channel);
  return found && { path: found.route.path, params: found.params };
}

/** Whether the data of a channel is JSON within JSON. */
export function isEncoded(channel: string): boolean {
  return encoded.includes(find(channel)?.path ?? "");
}

/** Why somebody can't subscribe to a channel; undefined when they can. */
export function refusal(context: MistContext, channel: string, privileges: Privilege[]): string | undefined {
  try {
    const found = find(channel);
    if (!found) return "Unknown channel.";
    target(context, { method: "GET", params: found.params }, { privileges });
    return undefined;
  } catch (error) {
    if (error instanceof MistFailure)
      return error.status === 404 ? "Not found." : "You do not have permission to perform this action.";
    return "Unknown channel.";
  }
}
