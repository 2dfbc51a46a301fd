import { systemClock } from "../../clients/http/clock";
import type { Mist, Row } from "../../clients/mist/mist";
import { deviceIdOf, normalizeClaimCode, normalizeMac, zeroUuid } from "../../clients/mist/normal";
import { textOf } from "../../clients/mist/wire";
import { Claims } from "../claims";
import { Listing } from "./listing";
import { placePath, placeText } from "./places";

/** A device as the inventory of an organization has it. */
export interface InventoryDevice {
  /** 12 lower-case hexadecimal digits. */
  mac: string;
  deviceId: string;
  serial?: string;
  model?: string;
  sku?: string;
  hwRev?: string;
  /** ap, switch or gateway. */
  deviceType?: string;
  /** A secret. Devices that were adopted, and virtual chassis, have none. */
  claimCode?: string;
  name?: string;
  siteId?: string;
  deviceProfileId?: string;
  connected?: boolean;
  /** The MAC of the virtual chassis that it is, or is a member of. */
  chassisMac?: string;
}

export interface Waiting {
  signal: AbortSignal;
  /** Milliseconds since 1970. */
  deadline: number;
}

/** Milliseconds between looks at what is waited for. */
const pollMs = 1_000;
/** So many devices fit into one look; more are cheaper to find among all. */
const fewDevices = 100;

/** The devices of one organization: listed once for all who look, with what this run has made of them. */
export class OrgInventory {
  /** Devices that a resource of this run has brought in or taken over: a release that comes later spares them. */
  readonly claimed = new Claims<string>();
  private readonly listing: Listing;
  /** MACs by claim code and by serial, which never change. */
  private readonly macs = { claimCode: new Map<string, string>(), serial: new Map<string, string>() };
  /** Where resources of this run want devices and virtual chassis, and on whose behalf. */
  private readonly sites = new Map<string, { siteId: string; mac: string }>();
  /** Members of virtual chassis that are to go, by what is done and the chassis. */
  private readonly leaving = new Map<string, Set<string>>();

  constructor(
    readonly id: string,
    private readonly client: Mist,
  ) {
    const place = { scope: "org", id } as const;
    const what = `the inventory of ${placeText(place)}`;
    const seen = (row: Row) => this.learn(deviceFrom(row));
    this.listing = new Listing(client, `${placePath(place)}/inventory`, what, macOf, { vc: true }, seen);
  }

  /** All devices, members of virtual chassis included; with `since` from a list that was begun then or later. */
  async all(signal: AbortSignal, since?: number): Promise<InventoryDevice[]> {
    return [...(await this.listing.all(signal, since)).values()].map(deviceFrom);
  }

  /** The device; undefined only when Mist says so of this very one. */
  async find(mac: string, signal: AbortSignal): Promise<InventoryDevice | undefined> {
    return (await this.listed(mac, signal)) ?? this.look(mac, signal);
  }

  /** The same without a question of its own, so that undefined proves nothing. */
  async listed(mac: string, signal: AbortSignal): Promise<InventoryDevice | undefined> {
    const row = await this.listing.find(normalizeMac(mac), signal);
    return row && deviceFrom(row);
  }

  /** The device that is named in one of these ways, if it is listed. */
  listedAs(
    { mac, claimCode, serial }: { mac?: string; claimCode?: string; serial?: string },
    signal: AbortSignal,
  ): Promise<InventoryDevice | undefined> {
    if (mac !== undefined) return this.listed(mac, signal);
    return claimCode !== undefined
      ? this.named("claimCode", claimCode, signal)
      : this.named("serial", serial as string, signal);
  }

  /** The device with this claim code or serial, if it is listed. */
  async named(by: "claimCode" | "serial", name: string, signal: AbortSignal): Promise<InventoryDevice | undefined> {
    // The list must be there before its names are known.
    await this.listing.find("", signal);
    const mac = this.macs[by].get(nameKey(name));
    return mac === undefined ? undefined : this.listed(mac, signal);
  }

  /** The device as it is now, looked at together with all others that are looked at now. */
  async look(mac: string, signal: AbortSignal): Promise<InventoryDevice | undefined> {
    const row = await this.client.lanes.look(this.id, mac, signal);
    return row && this.saw(row);
  }

  /** What owns the id and the site of a device: itself, or the virtual chassis that it is a member of. */
  async holderOf(device: InventoryDevice, signal: AbortSignal): Promise<InventoryDevice> {
    if (!isMember(device)) return device;
    return (await this.listed(device.chassisMac as string, signal)) ?? device;
  }

  /** Mist has put the device there, as far as this run is concerned. */
  async placed(mac: string, siteId: string | undefined, signal: AbortSignal): Promise<void> {
    const row = await this.listing.find(mac, signal);
    if (row) this.listing.wrote(mac, { ...row, site_id: siteId });
  }

  /** The device was released. */
  lost(mac: string): void {
    this.listing.wrote(normalizeMac(mac), undefined);
  }

  /** Looks until the device is there and as wanted. All who wait look at the same moments, in the same calls. */
  async waitFor(
    mac: string,
    wanted: (device: InventoryDevice) => boolean,
    { signal, deadline, tooLate }: Waiting & { tooLate(device: InventoryDevice | undefined): Error },
  ): Promise<InventoryDevice> {
    for (;;) {
      const device = await this.look(mac, signal);
      if (device && wanted(device)) return device;
      if (systemClock.now() >= deadline) throw tooLate(device);
      await nextLook(signal);
    }
  }

  /** Looks until the device is no longer there. */
  async waitToGo(mac: string, { signal, deadline, tooLate }: Waiting & { tooLate(): Error }): Promise<void> {
    while (await this.look(mac, signal)) {
      if (systemClock.now() >= deadline) throw tooLate();
      await nextLook(signal);
    }
    this.lost(mac);
  }

  /** The same for many at once, as each of them is wanted: those that have not become so in time are as they are. */
  async waitForAll(
    wanted: ReadonlyMap<string, (device: InventoryDevice | undefined) => boolean>,
    { signal, deadline }: Waiting,
  ): Promise<Map<string, InventoryDevice>> {
    for (;;) {
      const found = await this.lookAtAll([...wanted.keys()], signal);
      const isDone = [...wanted].every(([mac, isAsWanted]) => isAsWanted(found.get(mac)));
      if (isDone || systemClock.now() >= deadline) return found;
      await nextLook(signal);
    }
  }

  /** Looks until a device with this claim code or serial is there; undefined when it has not come in time. */
  async waitForNamed(
    by: "claimCode" | "serial",
    name: string,
    { signal, deadline }: Waiting,
  ): Promise<InventoryDevice | undefined> {
    for (;;) {
      await this.listing.all(signal, lastLook());
      const device = await this.named(by, name, signal);
      if (device || systemClock.now() >= deadline) return device;
      await nextLook(signal);
    }
  }

  /**
   * A resource of this run wants the device at this site.
   * @param holder the device itself, or the virtual chassis that it is a member of
   * @throws Error when another one wants it elsewhere
   */
  wants(mac: string, holder: string, siteId: string): void {
    const other = this.sites.get(holder);
    if (other && other.siteId !== siteId) {
      const both = mac === other.mac ? "another resource of this program has it" : `device ${other.mac} is`;
      const why = holder === mac ? "" : `, and the virtual chassis ${holder} is at one site with all of its members`;
      throw new Error(`device ${mac} cannot go to site ${siteId}: ${both} at site ${other.siteId}${why}`);
    }
    this.sites.set(holder, { siteId, mac });
  }

  /** Whether a resource of this run has a place for the device. */
  isWanted(mac: string): boolean {
    return this.sites.has(mac);
  }

  /**
   * Notes that a device is to go. Answers with the MACs that must be named for that: a virtual chassis goes as a whole, with
   * the last of its members; undefined until then.
   */
  async leaves(
    op: "unassign" | "delete",
    device: InventoryDevice,
    signal: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    const { mac, chassisMac } = device;
    if (chassisMac === undefined || (op === "unassign" && mac === chassisMac)) return [mac];
    const key = `${op} ${chassisMac}`;
    const noted = this.leaving.get(key) ?? new Set<string>();
    this.leaving.set(key, noted.add(mac));
    const whole = (await this.all(signal)).filter((other) => other.chassisMac === chassisMac);
    // A chassis that the cloud has made up is no device that anything could name.
    const all = whole.filter((other) => isMember(other) || (op === "delete" && other.claimCode !== undefined));
    if (!all.every((other) => noted.has(other.mac))) return undefined;
    return op === "delete" ? whole.map((other) => other.mac) : [chassisMac];
  }

  private async lookAtAll(macs: readonly string[], signal: AbortSignal): Promise<Map<string, InventoryDevice>> {
    if (macs.length > fewDevices) {
      return new Map((await this.all(signal, systemClock.now())).map((device) => [device.mac, device]));
    }
    if (macs.length === 0) return new Map();
    const rows = await this.client.inventory.rows(this.id, macs, { signal });
    return new Map(rows.filter((row) => row !== undefined).map((row) => [macOf(row), this.saw(row)]));
  }

  private saw(row: Row): InventoryDevice {
    const device = deviceFrom(row);
    this.learn(device);
    this.listing.wrote(device.mac, row);
    return device;
  }

  private learn({ mac, claimCode, serial }: InventoryDevice): void {
    if (claimCode !== undefined) this.macs.claimCode.set(nameKey(claimCode), mac);
    if (serial !== undefined) this.macs.serial.set(nameKey(serial), mac);
  }
}

/** True for a device that is a part of a virtual chassis, which has the id and the site. */
export function isMember({ mac, chassisMac }: InventoryDevice): boolean {
  return chassisMac !== undefined && chassisMac !== mac;
}

function deviceFrom(row: Row): InventoryDevice {
  const mac = macOf(row);
  const siteId = textOf(row.site_id);
  return {
    mac,
    deviceId: textOf(row.id) ?? deviceIdOf(mac),
    serial: textOf(row.serial),
    model: textOf(row.model),
    sku: textOf(row.sku),
    hwRev: textOf(row.hw_rev),
    deviceType: textOf(row.type),
    claimCode: textOf(row.magic),
    name: textOf(row.name),
    siteId: siteId === zeroUuid ? undefined : siteId,
    deviceProfileId: textOf(row.deviceprofile_id),
    connected: typeof row.connected === "boolean" ? row.connected : undefined,
    chassisMac: textOf(row.vc_mac) && normalizeMac(String(row.vc_mac)),
  };
}

function macOf({ mac }: Row): string {
  return normalizeMac(String(mac));
}

/** Neither codes nor serials have a meaning in their dashes and capitals. */
function nameKey(name: string): string {
  return normalizeClaimCode(name);
}

/** When all who wait looked last. */
function lastLook(): number {
  const now = systemClock.now();
  return now - (now % pollMs);
}

function nextLook(signal: AbortSignal): Promise<void> {
  return systemClock.sleep(lastLook() + pollMs - systemClock.now(), signal);
}
