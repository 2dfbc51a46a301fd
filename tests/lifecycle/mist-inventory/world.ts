import { expect } from "vitest";
import {
  mistChassisMac,
  mistChassisMembers,
  mistDevice,
  mistOrgId,
  mistSiteIds,
  type RequestEntry,
} from "../../../simulators";
import type { HostKind, JsonMap } from "../harness/host";
import { MistWorld, type MistWorldOptions } from "../harness/mist-world";
import type { Scenario } from "../harness/scenarios";
import type { Program } from "../harness/stack";

export { foreignMistOrgId, mistOrgId } from "../../../simulators";
export { onlyFailure, until, warnings } from "../harness/mist-world";

export type InventoryScenario = Scenario<InventoryWorld, MistWorldOptions>;

export const [headquarters, warehouse] = mistSiteIds;
export const chassis = mistChassisMac;
export const [firstMember, secondMember] = mistChassisMembers;

/** The access point with this number, fresh from the factory. */
export const ap = (number: number) => mistDevice("ap", number) as { mac: string; serial: string; claimCode: string };
/** One that another organization has. */
export const foreign = ap(900_005);
/** Some of the organization: at headquarters, and without a site. */
export const placed = ap(900_001);
export const pooled = ap(900_004);
/** The claim codes of the members of the virtual chassis in the warehouse. */
export const memberCodes = ["MISTVC000000001", "MISTVC000000002"] as const;

/** The calls that most of what happens here is made of. */
export const list = "GET /orgs/{org}/inventory?vc";
export const look = "GET /orgs/{org}/inventory?mac&vc";
export const sites = "GET /orgs/{org}/sites";
export const claimed = (codes = 1) => `POST /orgs/{org}/inventory claims ${codes}`;
export const changed = (op: string, devices = 1) => `PUT /orgs/{org}/inventory ${op} ${devices}`;

/** A stack of resources of the inventory, and the simulated organization behind it, whose clock stands still. */
export class InventoryWorld extends MistWorld {
  static of(token: string) {
    return async (kind: HostKind, options: MistWorldOptions = {}): Promise<InventoryWorld> =>
      new InventoryWorld(...(await MistWorld.begin(kind, token, options)));
  }

  protected override callText(entry: RequestEntry): string {
    const text = super.callText(entry);
    const { method, body } = entry;
    if (method === "POST" && Array.isArray(body)) return `${text} claims ${body.length}`;
    if (method !== "PUT" || !entry.relativePath.endsWith("/inventory")) return text;
    const { op, macs = [], serials = [] } = body as { op: string; macs?: string[]; serials?: string[] };
    return `${text} ${op} ${macs.length + serials.length}`;
  }

  /** The calls since the last look, but for that about who calls. */
  override takeCalls(): string[] {
    return super.takeCalls().filter((call) => call !== "GET /self");
  }

  override writes(): string[] {
    const requests = this.simulators.requests.filter({ service: "mist" });
    return requests.filter(({ method, applied }) => method !== "GET" && applied).map((entry) => this.callText(entry));
  }

  device(mac: string) {
    return this.mist.device(mac);
  }

  /** Where the organization has these devices: the id of a site, none, or "elsewhere" where it does not have them. */
  where(...macs: readonly string[]): (string | undefined)[] {
    return macs.map((mac) => {
      const { orgId, siteId } = this.device(mac);
      return orgId === mistOrgId ? (siteId ?? undefined) : "elsewhere";
    });
  }

  /** Claim codes, however they are written. */
  override secrets(): readonly string[] {
    const codes = [...this.mist.world.devices.values()].flatMap(({ claimCode }) => claimCode ?? []);
    return [...super.secrets(), ...codes.flatMap((code) => [code, dashed(code), code.toLowerCase()])];
  }

  /** Nothing is left to do: no drift, an empty preview, and an up that makes no call. */
  async expectSettled(program: Program): Promise<void> {
    await this.expectNoDrift(program);
    this.takeCalls();
    const run = await this.up(program);
    expect(new Set(Object.values(run.operations))).toEqual(new Set(["same"]));
    expect(this.takeCalls()).toEqual([]);
  }
}

export function dashed(code: string): string {
  return code.replace(/.{5}(?=.)/g, "$&-");
}

/** What stands in `secret`, where the host marks it. */
export function opened(value: unknown): unknown {
  return typeof value === "object" && value !== null && "value" in value ? value.value : value;
}

/** The same at any depth. */
export function openedAll(value: unknown): unknown {
  const plain = opened(value);
  if (typeof plain !== "object" || plain === null) return plain;
  return Object.fromEntries(Object.entries(plain).map(([key, inside]) => [key, openedAll(inside)]));
}

interface Inventory extends JsonMap {
  devices: { [name: string]: JsonMap };
}

/** The arguments of an inventory of devices with these claim codes, at headquarters. */
export function inventoryOf(codes: { [name: string]: string }, more: JsonMap = {}): Inventory {
  const devices = Object.entries(codes).map(([name, claimCode]): [string, JsonMap] => [name, { claimCode }]);
  const given = Object.entries({ siteId: headquarters, ...more }).filter(([, value]) => value !== null);
  return { devices: Object.fromEntries(devices), ...Object.fromEntries(given) };
}

/** A program of one. */
export function program(...inventory: Parameters<typeof inventoryOf>): Program {
  return { set: inventoryOf(...inventory) };
}

/** What the state tells of the devices of an inventory. */
export function summaries(world: InventoryWorld, name = "set"): { [name: string]: JsonMap } {
  return world.stack.state(name).outputs.summaries as { [name: string]: JsonMap };
}
