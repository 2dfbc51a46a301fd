import type { FirmwareState } from "./upgrades/types";

export type { DeviceEvent, FirmwareAction, FirmwareRow, UpdateOutcome } from "./upgrades/types";

/** A Mist object as JSON, by its wire names. */
export type Body = Record<string, unknown>;

/** What somebody may do, where. */
export interface Privilege {
  scope: "org" | "site" | "sitegroup" | "msp" | "orggroup";
  role: "admin" | "write" | "read" | "helpdesk" | "installer";
  msp_id?: string;
  org_id?: string;
  site_id?: string;
  sitegroup_ids?: string[];
  orggroup_ids?: string[];
  views?: string[];
}

/** Something with settings: an organisation, a site, the setting of either, an object of a collection. */
export interface Entry {
  readonly id: string;
  /** What was written, without what the service adds. */
  data: Body;
  /** Milliseconds since the epoch, in simulated time. */
  readonly createdAt: number;
  modifiedAt: number;
  /** From when reads know it. */
  visibleAt: number;
}

export interface Org extends Entry {
  mspId: string | null;
  readonly setting: Entry;
}

export interface Site extends Entry {
  readonly orgId: string;
  readonly setting: Entry;
}

export type DeviceType = "ap" | "switch" | "gateway";

/** A device: fresh from the factory, in an organisation's pool, or assigned to a site. */
export interface Device extends FirmwareState {
  /** 12 lower-case hex digits. */
  readonly mac: string;
  readonly serial: string;
  readonly model: string;
  readonly sku: string;
  readonly hwRev: string;
  readonly type: DeviceType;
  /** 15 capitals and digits; null for what can't be claimed, such as a virtual chassis. */
  readonly claimCode: string | null;
  orgId: string | null;
  siteId: string | null;
  deviceProfileId: string | null;
  /** MAC of the virtual chassis that it is, or is a member of. */
  vcMac: string | null;
  connected: boolean;
  adopted: boolean;
  jsi: boolean;
  version: string;
  /** When it started, in milliseconds since the epoch of simulated time. */
  bootedAt: number;
  lastDisconnectedAt: number | null;
  /** Its configuration, kept while it has a site. */
  config: Body;
  /** Which of its three images there are. */
  images: number[];
  createdAt: number;
  modifiedAt: number;
  /** From when reads know it in its organisation. */
  visibleAt: number;
  /** From when reads know its site. */
  assignmentVisibleAt: number;
}

/** A device to put into the simulator; `mac` and `type` suffice. */
export interface DeviceSeed extends Partial<Omit<Device, "mac" | "type">> {
  mac: string;
  type: DeviceType;
  /** Its name in the configuration. */
  name?: string;
}

export interface MspSeed {
  id: string;
  name: string;
}

export interface OrgSeed {
  id: string;
  name: string;
  mspId?: string | null;
  /** Other members of the organisation, by wire name. */
  data?: Body;
  setting?: Body;
}

export interface SiteSeed {
  id: string;
  /** Default: the main organisation. */
  orgId?: string;
  name: string;
  /** Other members of the site, by wire name. */
  data?: Body;
  setting?: Body;
}

/** An object of a standard collection. */
export interface ObjectSeed {
  scope: Scope;
  /** Of the msp, organisation or site. Default: the main organisation's, for scope org. */
  scopeId?: string;
  collection: string;
  /** Default: a new one. */
  id?: string;
  data: Body;
}

export type Scope = "msp" | "org" | "site";

export interface User {
  readonly email: string;
  password: string;
  firstName: string;
  lastName: string;
  privileges: Privilege[];
  /** A code of the second factor that is always good; null: there is none. */
  twoFactor: string | null;
  /** Secret of an authenticator, in base32, whose codes follow the simulated clock; null: there is none. */
  totpSecret: string | null;
  /** Signs in through an identity provider only. */
  sso: boolean;
}

export interface UserSeed extends Partial<Omit<User, "email">> {
  email: string;
}

/** An API token of an organisation, or of a user: the latter has the user's privileges. */
export interface TokenSeed {
  key: string;
  name?: string;
  /** The user whose it is; with it `orgId` and `privileges` don't count. */
  email?: string;
  /** Default: the main organisation. */
  orgId?: string;
  /** Default: admin of that organisation. */
  privileges?: Privilege[];
}

/** A subscription, as an activation brings it. */
export interface License {
  /** Such as SUB-MAN. */
  type: string;
  quantity: number;
  /** Seconds since the epoch. */
  start: number;
  end: number;
}

/** An activation code: whoever enters it gets its devices and subscriptions. */
export interface ActivationSeed {
  code: string;
  /** Claim codes of its devices. */
  claimCodes?: string[];
  licenses?: License[];
}

/** What the simulated Mist holds. */
export interface MistSeed {
  msps?: MspSeed[];
  orgs?: OrgSeed[];
  sites?: SiteSeed[];
  objects?: ObjectSeed[];
  devices?: DeviceSeed[];
  activations?: ActivationSeed[];
  users?: UserSeed[];
  tokens?: TokenSeed[];
}
