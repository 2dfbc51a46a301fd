import { mistDevice } from "../seeds";
import type { DeviceSeed, MistSeed, ObjectSeed } from "../types";

/** The site of the fleet. */
export const mistCampusId = "a3000000-0000-4000-8000-000000000003";
/** Its Mist Edges: the first belongs to the site, the second to the organisation only. */
export const mistEdgeIds = ["a5000000-0000-4000-8000-000000000001", "a5000000-0000-4000-8000-000000000002"] as const;

const first = 700_000;

/**
 * A site, Campus, with devices of which none runs the newest version: access points of two models (numbers 700,001 to
 * 700,008, the last two AP32), switches of two (700,011 EX4100-48P, 700,012 EX2300-C-12P), a gateway (700,021) and a
 * Session Smart Router (700,031); and two Mist Edges.
 */
export function mistFleet(orgId: string): Required<Pick<MistSeed, "sites" | "devices" | "objects">> {
  const one = (type: DeviceSeed["type"], number: number, name: string, rest: Partial<DeviceSeed>): DeviceSeed =>
    mistDevice(type, first + number, { orgId, siteId: mistCampusId, name, ...rest });
  const aps = Array.from({ length: 8 }, (_, index) =>
    one("ap", index + 1, `campus-ap-${index + 1}`, { version: "0.14.29313", model: index < 6 ? "AP45" : "AP32" }),
  );
  const edge = (id: string, number: number, rest: object): ObjectSeed => ({
    scope: "org",
    scopeId: orgId,
    collection: "mxedges",
    id,
    data: { name: `campus-edge-${number}`, model: "ME-X1", ...rest },
  });
  const [local, central] = mistEdgeIds;
  return {
    sites: [{ id: mistCampusId, orgId, name: "Campus", data: { country_code: "US", timezone: "America/New_York" } }],
    devices: [
      ...aps,
      one("switch", 11, "campus-core", { version: "22.4R3-S6.5" }),
      one("switch", 12, "campus-desk", { version: "22.4R3-S6.5", model: "EX2300-C-12P" }),
      one("gateway", 21, "campus-gateway", { version: "22.4R3-S5.9" }),
      one("gateway", 31, "campus-router", { version: "6.2.5-5r2", model: "SSR120" }),
    ],
    objects: [edge(local, 1, { site_id: mistCampusId }), edge(central, 2, {})],
  };
}
