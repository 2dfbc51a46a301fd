import type { Row } from "./rows";
import { type Sizes, templateBytes } from "./sizes";

/** As many as Mist is known to take in one call. */
const claimsPerCall = 50;
const assignmentsPerCall = 100;
/** Rows that Mist gives on one page of a list. */
const pageSize = 1_000;

/** Sites and devices of Mist. */
export function mistRows({ devices, sites }: Sizes): Row[] {
  const count = `${devices.toLocaleString("en")} devices`;
  const writes = Math.ceil(devices / claimsPerCall) + Math.ceil(devices / assignmentsPerCall);
  const pages = Math.ceil(devices / pageSize);
  const oneEach = "a DeviceClaim and a DeviceAssignment each";
  return [
    {
      name: `Mist: up of one Inventory of ${count}: calls that claim and assign (baseline: ${oneEach})`,
      unit: "calls",
      needs: ["mistInventory", "mistClaims"],
      ours: ({ mistInventory }) => mistInventory && mistInventory.up.claims + mistInventory.up.assignments,
      baseline: ({ mistClaims }) => mistClaims && mistClaims.up.claims + mistClaims.up.assignments,
      bar: writes,
    },
    {
      name: `Mist: up of one Inventory of ${count}: all calls, those of its site among them (baseline: ${oneEach})`,
      unit: "calls",
      needs: ["mistInventory", "mistClaims"],
      ours: ({ mistInventory }) => mistInventory?.up.calls,
      baseline: ({ mistClaims }) => mistClaims?.up.calls,
    },
    {
      name: `Mist: up of ${count} with ${oneEach}: calls that claim and assign`,
      unit: "calls",
      needs: ["mistClaims"],
      ours: ({ mistClaims }) => mistClaims && mistClaims.up.claims + mistClaims.up.assignments,
      bar: 3 * writes,
    },
    {
      name: `Mist: up of one Inventory of ${count}: time (baseline: ${oneEach})`,
      unit: "s",
      needs: ["mistInventory", "mistClaims"],
      ours: ({ mistInventory }) => mistInventory?.up.seconds,
      baseline: ({ mistClaims }) => mistClaims?.up.seconds,
    },
    {
      name: `Mist: refresh of ${count} with ${oneEach}: calls`,
      unit: "calls",
      needs: ["mistClaims"],
      ours: ({ mistClaims }) => mistClaims?.refresh.calls,
      bar: pages + 3,
    },
    {
      name: `Mist: refresh of ${sites.toLocaleString("en")} sites with settings and ${count}: calls`,
      unit: "calls",
      needs: ["mistSites"],
      ours: ({ mistSites }) => mistSites?.refresh.calls,
      bar: sites + 15,
    },
    {
      name: `Mist: check and diff of a network template of ${templateBytes / 1000} KB, without the engine`,
      unit: "ms",
      needs: ["checkAndDiffOfTemplate"],
      ours: ({ checkAndDiffOfTemplate }) => checkAndDiffOfTemplate,
      bar: 2,
    },
  ];
}
