import { z } from "zod";
import { normalizeSerial, splitList } from "./lists";

export { normalizeSerial } from "./lists";

/** A known value, or one that the service has learned since. */
type Open<Known extends string> = Known | (string & {});

export type DeviceType = Open<"FortiGate" | "FortiAP" | "FortiSwitch" | "FortiExtender">;
export type ProvisionStatus = Open<"provisioned" | "unprovisioned" | "hidden" | "incomplete">;
export type ProvisionSubStatus = Open<"waiting" | "provisioning" | "provisioningtoolong">;
export type ProvisionTarget = Open<
  | "FortiManager"
  | "FortiManagerCloud"
  | "FortiGateCloud"
  | "FortiEdgeCloud"
  | "FortiExtenderCloud"
  | "FortiSASE"
  | "ExternalController"
>;
export type ServiceStatus = Open<"Operational" | "Degraded performance" | "Partial outage" | "Major outage">;

const unset = (value: unknown) => (value === null || value === "" ? undefined : value);
const text = z.preprocess((value) => (typeof value === "number" ? String(value) : unset(value)), z.string().optional());
const integer = z.preprocess((value) => {
  const given = unset(value);
  return typeof given === "string" && /^-?\d+$/.test(given.trim()) ? Number(given) : given;
}, z.number().optional());
const flag = z.preprocess((value) => {
  const given = unset(value);
  return given === "true" ? true : given === "false" ? false : given;
}, z.boolean().optional());
const requiredText = z.preprocess(unset, z.string());
const openEnum = <Known extends string>() => requiredText.transform((value) => value as Open<Known>);
const optionalEnum = <Value extends string>() => text.transform((value) => value as Value | undefined);

// Some services of this family report the stage of an unfinished provisioning as the status itself.
const stages: ReadonlySet<string> = new Set(["waiting", "provisioning", "provisioningtoolong"]);

/** A device as the service reports it. What it does not set is undefined; keys unknown to us survive. */
export const deviceSchema = z
  .looseObject({
    deviceSN: requiredText.transform(normalizeSerial),
    deviceType: openEnum<"FortiGate" | "FortiAP" | "FortiSwitch" | "FortiExtender">(),
    provisionStatus: openEnum<"provisioned" | "unprovisioned" | "hidden" | "incomplete">(),
    provisionSubStatus: optionalEnum<ProvisionSubStatus>(),
    provisionTarget: optionalEnum<ProvisionTarget>(),
    /** Verbatim. Of a device that is not provisioned: a comma list of the regions it could have. */
    region: text,
    externalControllerSn: text,
    externalControllerIp: text,
    platform: text,
    firmwareProfile: text,
    fortiManagerOid: integer,
    scriptOid: integer,
    useDefaultScript: flag,
    provisioningTimestamp: integer,
    provisioningCompleteTimestamp: integer,
    message: text,
  })
  .transform(({ provisioningTimestamp, provisioningCompleteTimestamp, ...device }) => {
    const unfinished = stages.has(device.provisionStatus);
    const provisionStatus: ProvisionStatus = unfinished ? "incomplete" : device.provisionStatus;
    const stage = unfinished ? device.provisionStatus : undefined;
    return {
      ...device,
      provisionStatus,
      provisionSubStatus: device.provisionSubStatus ?? stage,
      /** Regions to choose from; known only while the device is not provisioned. */
      availableRegions: provisionStatus === "unprovisioned" ? splitList(device.region) : undefined,
      /** Start of the provisioning, ISO 8601. */
      provisioningTimestamp: isoTimestamp(provisioningTimestamp),
      /** Its completion, ISO 8601. */
      provisioningCompleteTimestamp: isoTimestamp(provisioningCompleteTimestamp),
      /** The same as numbers, as sent. */
      rawTimestamps: { provisioningTimestamp, provisioningCompleteTimestamp },
    };
  });
export type Device = z.infer<typeof deviceSchema>;

/** A pre-run CLI script, without its content. */
export const scriptSchema = z
  .looseObject({ oid: integer.pipe(z.number()), name: requiredText, updateTime: integer })
  .transform(({ updateTime, ...script }) => ({ ...script, /** ISO 8601. */ updateTime: isoTimestamp(updateTime) }));
export type Script = z.infer<typeof scriptSchema>;

/** A FortiManager that devices can be sent to. */
export const fortiManagerSchema = z
  .looseObject({
    oid: integer.pipe(z.number()),
    /** Serial, or a comma list of an HA cluster. */
    sn: requiredText,
    /** Address or host name, or a comma list. */
    ip: requiredText,
    scriptOid: integer,
    updateTime: integer,
  })
  .transform(({ scriptOid, updateTime, ...manager }) => ({
    ...manager,
    // No script may be told as 0.
    scriptOid: scriptOid || undefined,
    /** ISO 8601. */
    updateTime: isoTimestamp(updateTime),
  }));
export type FortiManager = z.infer<typeof fortiManagerSchema>;

/** The service about itself. */
export const systemSchema = z.looseObject({
  serviceName: text,
  serviceRegion: text,
  serviceStatus: optionalEnum<ServiceStatus>(),
  /** As sent. */
  serverTime: text,
});
export type SystemStatus = z.infer<typeof systemSchema>;

/** The complete desired target of one device. Fields that do not apply are left out; null asks to clear one. */
export interface DeviceWrite {
  deviceSN: string;
  deviceType: DeviceType;
  provisionStatus: "provisioned" | "unprovisioned";
  provisionTarget?: ProvisionTarget | null;
  region?: string | null;
  externalControllerSn?: string | null;
  externalControllerIp?: string | null;
  platform?: string | null;
  firmwareProfile?: string | null;
  fortiManagerOid?: number | null;
  scriptOid?: number | null;
  useDefaultScript?: boolean | null;
}

/** The fields that say where a device goes. */
export const targetFields = [
  "provisionTarget",
  "region",
  "externalControllerSn",
  "externalControllerIp",
  "platform",
  "firmwareProfile",
  "fortiManagerOid",
  "scriptOid",
  "useDefaultScript",
] as const satisfies readonly (keyof DeviceWrite)[];

/** Which devices to list. */
export interface DeviceFilter {
  provisionStatus?: ProvisionStatus;
  deviceType?: DeviceType;
  /** Only these serials. An empty list matches nothing. */
  serials?: readonly string[];
  /** Accept what the service has cached. Default false. */
  useCache?: boolean;
}

/** Devices, and what the service says about the list. */
export interface DeviceList {
  devices: Device[];
  /** How many match, by the service's count; informational. */
  total: number | undefined;
  /** The service has cached data; informational. */
  hasCache: boolean | undefined;
}

// The unit is not documented; no date of interest is this large in seconds or this small in milliseconds.
const smallestMilliseconds = 1e11;

/** A Unix timestamp in seconds or milliseconds as ISO 8601; undefined for none or zero. */
export function isoTimestamp(timestamp: number | undefined): string | undefined {
  if (timestamp === undefined || timestamp <= 0) return undefined;
  const date = new Date(timestamp >= smallestMilliseconds ? timestamp : timestamp * 1_000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
