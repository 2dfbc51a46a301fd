import { randomUUID } from "node:crypto";
import type { Clock } from "../core/clock";
import { Accounts } from "./accounts";
import { collectionOf } from "./collections";
import { normalClaimCode, normalMac } from "./ids";
import type {
  ActivationSeed,
  Body,
  Device,
  DeviceSeed,
  Entry,
  MspSeed,
  ObjectSeed,
  Org,
  OrgSeed,
  Scope,
  Site,
  SiteSeed,
  TokenSeed,
} from "./types";
import { defaultFirmware } from "./upgrades/catalogue";
import type { EdgeState } from "./upgrades/edge-job";
import type { FirmwareRow } from "./upgrades/types";
import type { MistVariants } from "./variants";

/** An activation code, and which organisation has its subscriptions. */
export interface Activation extends Required<ActivationSeed> {
  licensedBy: string | null;
}

export interface BackgroundClaim {
  readonly scheduledAt: number;
  /** Devices in the order in which they arrive, and when. */
  readonly arrivals: ReadonlyArray<{ mac: string; at: number }>;
  /** MACs of those that belong to somebody else. */
  readonly failed: readonly string[];
}

/** Everything that the simulated Mist holds. */
export class MistWorld {
  readonly accounts: Accounts;
  readonly msps = new Map<string, MspSeed>();
  readonly orgs = new Map<string, Org>();
  readonly sites = new Map<string, Site>();
  /** By MAC. */
  readonly devices = new Map<string, Device>();
  readonly activations = new Map<string, Activation>();
  /** Activations that are, or were, carried out in the background: the last one of each organisation. */
  readonly claims = new Map<string, BackgroundClaim>();
  /** Versions that there are; of one channel the later row is the newer version. */
  firmware: FirmwareRow[] = [...defaultFirmware];
  /** What runs on Mist Edges, by id. */
  readonly edges = new Map<string, EdgeState>();
  /** Sites in each site group, by its id. */
  readonly members = new Map<string, Set<string>>();
  readonly #objects = new Map<string, Map<string, Entry>>();

  constructor(
    readonly clock: Clock,
    readonly variants: MistVariants,
    /** The organisation that seeds mean unless they name another. */
    readonly mainOrgId: string,
  ) {
    this.accounts = new Accounts(clock, variants);
  }

  clear(): void {
    this.accounts.clear();
    const { msps, orgs, sites, devices, activations, claims, members, edges } = this;
    for (const map of [msps, orgs, sites, devices, activations, claims, members, edges, this.#objects]) map.clear();
    this.firmware = [...defaultFirmware];
  }

  /** Something new that reads know `visibilityDelayMs` from now, or at once. */
  entry(data: Body, options: { id?: string; atOnce?: boolean } = {}): Entry {
    const now = this.clock.now();
    const visibleAt = options.atOnce ? now : now + this.variants.visibilityDelayMs;
    return { id: options.id ?? randomUUID(), data, createdAt: now, modifiedAt: now, visibleAt };
  }

  /** Whether reads know it yet. */
  visible({ visibleAt }: { visibleAt: number }): boolean {
    return visibleAt <= this.clock.now();
  }

  addOrg(seed: OrgSeed): Org {
    const { id, name, mspId = null, data = {}, setting = {} } = seed;
    const org: Org = {
      ...this.entry({ name, ...data }, { id, atOnce: true }),
      mspId,
      setting: this.entry({ ...setting }, { atOnce: true }),
    };
    this.orgs.set(id, org);
    return org;
  }

  /** Takes an organisation away with all that is in it; its devices are nobody's then. */
  removeOrg(id: string): void {
    this.orgs.delete(id);
    for (const site of [...this.sites.values()]) if (site.orgId === id) this.removeSite(site.id);
    for (const device of this.devices.values()) if (device.orgId === id) this.release(device);
    for (const [key, token] of this.accounts.tokens)
      if (token.kind === "org" && token.orgId === id) this.accounts.tokens.delete(key);
    this.#forget("org", id);
  }

  addSite(seed: SiteSeed, options: { atOnce?: boolean } = { atOnce: true }): Site {
    const { id, orgId = this.mainOrgId, name, data = {}, setting = {} } = seed;
    const entry = this.entry({}, { id, ...options });
    const site: Site = { ...entry, orgId, setting: this.entry({ ...setting }, { atOnce: true }) };
    this.sites.set(id, site);
    this.storeSite(site, { name, ...data });
    return site;
  }

  /** Keeps what was written to a site; its site groups are kept apart, since they show the same relation. */
  storeSite(site: Site, { sitegroup_ids: groups, ...data }: Body): void {
    site.data = data;
    if (!Array.isArray(groups)) return;
    for (const members of this.members.values()) members.delete(site.id);
    for (const group of groups) this.group(String(group)).add(site.id);
  }

  /** Keeps what was written to an object of a collection. */
  storeObject(collection: string, entry: Entry, data: Body): void {
    if (collection !== "sitegroups") {
      entry.data = data;
      return;
    }
    const { site_ids: members, ...rest } = data;
    entry.data = rest;
    if (Array.isArray(members)) this.members.set(entry.id, new Set(members.map(String)));
  }

  /** Takes a site away; its devices go back to the organisation's pool. */
  removeSite(id: string): void {
    this.sites.delete(id);
    for (const members of this.members.values()) members.delete(id);
    for (const device of this.devices.values()) if (device.siteId === id) this.unassign(device);
    this.#forget("site", id);
  }

  /** Ids of the sites in a site group, to change. */
  group(id: string): Set<string> {
    const members = this.members.get(id) ?? new Set();
    this.members.set(id, members);
    return members;
  }

  siteGroupIds(siteId: string): string[] {
    return [...this.members].filter(([, members]) => members.has(siteId)).map(([id]) => id);
  }

  /** Objects of one collection, by id. */
  objects(scope: Scope, scopeId: string, collection: string): Map<string, Entry> {
    const key = `${scope}/${scopeId}/${collection}`;
    const found = this.#objects.get(key) ?? new Map<string, Entry>();
    this.#objects.set(key, found);
    return found;
  }

  addObject({ scope, scopeId = this.mainOrgId, collection, id, data }: ObjectSeed): Entry {
    const { name } = collectionOf(scope, collection);
    const entry = this.entry({}, { id, atOnce: true });
    this.storeObject(name, entry, { ...data });
    this.objects(scope, scopeId, name).set(entry.id, entry);
    return entry;
  }

  /** What runs on a Mist Edge, which is an object of a collection as well. */
  edge(id: string): EdgeState {
    const found = this.edges.get(id) ?? {
      versions: { mxagent: "3.1.1057", tunterm: "3.1.1057" },
      distro: "bullseye",
      connected: true,
      updateOutcomes: [],
    };
    this.edges.set(id, found);
    return found;
  }

  /** Takes an object away, and what hangs on it: membership in a site group, a followed profile, a token's key. */
  removeObject(scope: Scope, scopeId: string, collection: string, id: string): void {
    this.objects(scope, scopeId, collection).delete(id);
    this.members.delete(id);
    for (const device of this.devices.values()) if (device.deviceProfileId === id) device.deviceProfileId = null;
    for (const [key, token] of this.accounts.tokens)
      if (token.kind === "org" && token.object.id === id) this.accounts.tokens.delete(key);
  }

  addToken(seed: TokenSeed): void {
    const { key, name = "automation", email, orgId = this.mainOrgId } = seed;
    this.removeToken(key);
    const usedAt = this.clock.now();
    if (email !== undefined) {
      this.accounts.tokens.set(key, { kind: "user", key, name, email, usedAt });
      return;
    }
    const privileges = seed.privileges ?? [{ scope: "org", role: "admin", org_id: orgId }];
    const object = this.addObject({
      scope: "org",
      scopeId: orgId,
      collection: "apitokens",
      data: { name, privileges },
    });
    this.accounts.tokens.set(key, { kind: "org", key, orgId, object, usedAt });
  }

  /** Ends a token; that of an organisation leaves its collection as well. */
  removeToken(key: string): void {
    const token = this.accounts.tokens.get(key);
    if (token?.kind === "org") this.removeObject("org", token.orgId, "apitokens", token.object.id);
    this.accounts.tokens.delete(key);
  }

  addActivation({ code, claimCodes = [], licenses = [] }: ActivationSeed): void {
    const codes = claimCodes.map(normalClaimCode);
    this.activations.set(code, { code, claimCodes: codes, licenses, licensedBy: null });
  }

  /** Adds a device, or replaces the one with the same MAC. */
  addDevice(seed: DeviceSeed): Device {
    const now = this.clock.now();
    const { mac: given, name, ...rest } = structuredClone(seed);
    const mac = normalMac(given);
    const device: Device = {
      mac,
      serial: `SIM${mac.toUpperCase()}`,
      model: defaultModels[seed.type],
      sku: `${seed.model ?? defaultModels[seed.type]}-US`,
      hwRev: "A1",
      claimCode: null,
      orgId: null,
      siteId: null,
      deviceProfileId: null,
      vcMac: null,
      connected: true,
      adopted: false,
      jsi: false,
      version: defaultVersions[seed.type],
      bootedAt: now - 86_400_000,
      lastDisconnectedAt: null,
      images: [],
      fwupdate: null,
      pendingVersion: null,
      backupVersion: null,
      updateOutcomes: [],
      createdAt: now,
      modifiedAt: now,
      visibleAt: now,
      assignmentVisibleAt: now,
      ...rest,
      config: { ...(name === undefined ? {} : { name }), ...seed.config },
    };
    const stored = device.claimCode === null ? device : { ...device, claimCode: normalClaimCode(device.claimCode) };
    this.devices.set(mac, stored);
    return stored;
  }

  /** Back to the organisation's pool; the configuration is lost. */
  unassign(device: Device): void {
    device.siteId = null;
    device.config = {};
    device.images = [];
    device.modifiedAt = this.clock.now();
  }

  /** Out of its organisation: anybody may claim it. */
  release(device: Device): void {
    this.unassign(device);
    device.orgId = null;
    device.deviceProfileId = null;
  }

  #forget(scope: Scope, scopeId: string): void {
    for (const key of this.#objects.keys()) if (key.startsWith(`${scope}/${scopeId}/`)) this.#objects.delete(key);
  }
}

const defaultModels = { ap: "AP45", switch: "EX4100-48P", gateway: "SRX300" };
const defaultVersions = { ap: "0.14.29633", switch: "23.4R2-S4.11", gateway: "23.4R2-S3.9" };
