import type { Device } from "../types";
import type { FirmwareRow } from "./types";

const aps = [
  { version: "0.14.29313", tag: "stable" },
  { version: "0.14.29633", tag: "stable" },
  { version: "0.14.30110", tag: "stable" },
  { version: "0.15.30212", tag: "beta" },
  { version: "0.15.30399" },
] as const;
const junos = [
  { version: "22.4R3-S6.5", tag: "stable" },
  { version: "23.4R2-S4.11", tag: "stable" },
  { version: "24.2R2-S1.4", tag: "beta" },
  { version: "23.4R2-S5.7", tag: "stable" },
] as const;

/** Versions that there are unless told otherwise; of one channel the later row is the newer version. */
export const defaultFirmware: readonly FirmwareRow[] = [
  ...["AP32", "AP45"].flatMap((name) => aps.map((row): FirmwareRow => ({ type: "ap", name, ...row }))),
  ...["EX2300-C-12P", "EX4100-48P"].flatMap((name) =>
    junos.map((row): FirmwareRow => ({ type: "switch", name, ...row })),
  ),
  { type: "gateway", name: "SRX300", version: "22.4R3-S5.9", tag: "stable" },
  { type: "gateway", name: "SRX300", version: "23.4R2-S3.9", tag: "stable" },
  { type: "gateway", name: "SRX300", version: "23.4R2-S5.7", tag: "stable" },
  { type: "ssr", name: "SSR", version: "6.2.5-5r2", tag: "stable" },
  { type: "ssr", name: "SSR", version: "6.3.0-107r1", tag: "stable" },
  { type: "ssr", name: "SSR", version: "6.3.3-40r2", tag: "beta" },
  { type: "ssr", name: "SSR", version: "7.0.0-12a1", tag: "alpha" },
  ...["mxagent", "tunterm", "radsecproxy", "mxocproxy", "mxdas"].flatMap((name): FirmwareRow[] => [
    { type: "mxedge", name, version: "3.1.1057", tag: "stable", distro: "bullseye" },
    { type: "mxedge", name, version: "3.1.1090", tag: "stable", distro: "bullseye" },
    { type: "mxedge", name, version: "3.1.1104", tag: "beta", distro: "bullseye" },
  ]),
];

/** Session Smart Routers are gateways that have endpoints of their own. */
export function isSsr({ type, model }: Device): boolean {
  return type === "gateway" && model.startsWith("SSR");
}

/** Versions for one device. */
export function rowsFor(rows: readonly FirmwareRow[], device: Device): FirmwareRow[] {
  const [type, name] = isSsr(device) ? ["ssr", "SSR"] : [device.type, device.model];
  return rows.filter((row) => row.type === type && row.name === name);
}

/**
 * The version that a request means: an exact one; a channel, for its newest; nothing, for the newest of any channel.
 * Undefined when there is none.
 */
export function resolved(rows: readonly FirmwareRow[], version: string | undefined): string | undefined {
  if (version === undefined) return rows.findLast(({ tag }) => tag !== undefined)?.version;
  const exact = rows.find((row) => row.version === version);
  return (exact ?? rows.findLast(({ tag }) => tag === version))?.version;
}
