/** A device as FortiZTP reports it, apart from variants. Timestamps are milliseconds since the epoch. */
export interface Device {
  deviceSN: string;
  deviceType: string;
  /** `provisioned`, `unprovisioned`, `hidden` or `incomplete`. */
  provisionStatus: string;
  provisionTarget: string | null;
  /** The chosen region; the list of available regions while unprovisioned or hidden. */
  region: string | null;
  externalControllerSn: string | null;
  externalControllerIp: string | null;
  platform: string | null;
  firmwareProfile: string | null;
  fortiManagerOid: number | null;
  scriptOid: number | null;
  useDefaultScript: boolean | null;
  provisioningTimestamp: number | null;
  provisioningCompleteTimestamp: number | null;
  /** `waiting`, `provisioning` or `provisioningtoolong` while incomplete. */
  provisionSubStatus: string | null;
  message: string | null;
}

/** A device in the inventory. Here `region` is the chosen one only; null while unprovisioned. */
export interface DeviceRecord extends Device {
  /** Regions to choose from, joined by commas. */
  availableRegions: string;
  /** Such as `FortiGate-60F`. */
  model: string | null;
  /** Whether it is a virtual machine. */
  virtual: boolean;
  /** Overrides the variant `onlineAfterSeconds` for this device; null: never by itself. */
  onlineAfterSeconds?: number | null;
  /** The script that its FortiManager ran on it, as it was then; absent if none. The API doesn't show it. */
  ranScript?: { oid: number; name: string; content: string };
}

/** A device to start with: everything but serial and type has a default. */
export interface DeviceSeed extends Partial<Omit<DeviceRecord, "availableRegions">> {
  deviceSN: string;
  deviceType: string;
  /** Default `global,europe,JP,US`. For an unprovisioned device `region` says the same. */
  availableRegions?: string | string[];
}

/** A FortiManager entry. */
export interface FortiManagerRecord {
  oid: number;
  /** One serial, or those of an HA group joined by commas. */
  sn: string;
  /** Addresses, likewise. */
  ip: string;
  scriptOid: number | null;
  /** Milliseconds since the epoch. */
  updateTime: number;
}

export interface FortiManagerSeed extends Partial<FortiManagerRecord> {
  sn: string;
  ip: string;
}

/** A script's metadata and its text. */
export interface ScriptRecord {
  oid: number;
  name: string;
  /** Milliseconds since the epoch. */
  updateTime: number;
  content: string;
}

export interface ScriptSeed extends Partial<ScriptRecord> {
  name: string;
}

/** What an account holds at the start. */
export interface InventorySeed {
  devices?: DeviceSeed[];
  fortiManagers?: FortiManagerSeed[];
  scripts?: ScriptSeed[];
  /** Names of the firmware profiles of FortiGate Cloud, by region. */
  firmwareProfiles?: Record<string, string[]>;
}

/** An IAM API user. */
export interface ApiUser {
  apiId: string;
  password: string;
  /** Name of its account. */
  account: string;
  /** FortiZTP is for local users only: organisation users get 401 at sign-in. FortiCare takes both. */
  type: "local" | "organization";
  /** A read-only user gets 403 on every write; from FortiCare error 202. */
  readOnly: boolean;
  /** Whether it may use FortiCare at all; otherwise it gets a token and error 202 on each call. */
  assetManagement: boolean;
  /** Names of the accounts that an organisation user may use; null: every account. */
  scope: string[] | null;
}

export interface ApiUserSeed extends Partial<ApiUser> {
  apiId: string;
  password: string;
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
] as const;

export type TargetField = (typeof targetFields)[number];
export type Target = Pick<Device, TargetField>;

/** No target at all. */
export function noTarget(): Target {
  return {
    provisionTarget: null,
    region: null,
    externalControllerSn: null,
    externalControllerIp: null,
    platform: null,
    firmwareProfile: null,
    fortiManagerOid: null,
    scriptOid: null,
    useDefaultScript: null,
  };
}
