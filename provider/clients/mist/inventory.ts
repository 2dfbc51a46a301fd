import { isVendorError, type VendorError } from "../http/errors";
import { chunksOf, normalizeSerial } from "../http/lists";
import type { HttpRequest } from "../http/request";
import { path } from "../http/url";
import { judgeBulk, keyOf, readBulk, refusalError, textsIn } from "./inventory-reply";
import type { Mist, Row } from "./mist";
import { dashedClaimCode, maskedClaimCode, normalizeClaimCode, normalizeMac } from "./normal";

/** Claim codes in one call, which Mist is known to take. */
export const claimsPerCall = 50;
/** MACs or serials in one call: the vendor's maximum is not documented. */
export const changesPerCall = 100;
/** MACs in the address of one look, which stays below 2 kB. */
export const looksPerCall = 100;

/** A claimed device, as far as Mist tells. */
export interface Claimed {
  /** "duplicate": the organization had it already. "unknown": Mist says nothing of this code, so only a look tells. */
  state: "claimed" | "duplicate" | "unknown";
  mac?: string;
  serial?: string;
  model?: string;
  type?: string;
}

/** A change of many devices. */
export interface InventoryChange {
  op: "assign" | "unassign" | "delete" | "upgrade_to_mist" | "downgrade_to_jsi";
  /** For `assign`. */
  siteId?: string;
  /** Fail on a device that has a site already. Default false: it moves. */
  noReassign?: boolean;
  /** Whether Mist configures switches and gateways. Default: as Mist decides. */
  mistConfigured?: boolean;
  /** How the devices are named; serials only for `delete`. Default `mac`. */
  by?: "mac" | "serial";
}

/** One device by its name; a virtual chassis that must go as a whole by those of itself and of all its members. */
export type DeviceNames = string | readonly string[];

/** "unknown": Mist says nothing of this device, which may be as wanted before; only a look tells. */
export type Changed = "done" | "unknown";

export interface BulkOptions {
  signal?: AbortSignal;
}

/** The inventory of organizations, many devices a call. */
export interface Inventory {
  /** Brings devices into the organization. One outcome a code, in order. Throws only when canceled. */
  claim(orgId: string, codes: readonly string[], options?: BulkOptions): Promise<(Claimed | VendorError)[]>;
  /** Changes devices. One outcome a device, in order. Throws only when canceled. */
  change(
    orgId: string,
    change: InventoryChange,
    devices: readonly DeviceNames[],
    options?: BulkOptions,
  ): Promise<(Changed | VendorError)[]>;
  /** The rows of devices, members of virtual chassis included. Undefined: not in the organization. Throws `VendorError`. */
  rows(orgId: string, macs: readonly string[], options?: BulkOptions): Promise<(Row | undefined)[]>;
}

type Send = <T>(request: HttpRequest<T>) => Promise<T>;

/** @param claimTimeoutMs time for one call that claims: Mist takes long for it */
export function createInventory(
  send: Send,
  list: Mist["list"],
  keepSecret: (value: string) => void,
  claimTimeoutMs: number,
): Inventory {
  async function claimChunk(orgId: string, codes: readonly string[], signal?: AbortSignal) {
    const { body, refusalOf } = await send({
      method: "POST",
      path: path`/orgs/${orgId}/inventory`,
      json: codes,
      // What is claimed already is a duplicate, which is as good.
      repeatable: true,
      judge: judgeBulk,
      read: (reply) => readBulk(reply.json()),
      action: codes.length === 1 ? claimAction(codes[0] as string) : `claim ${codes.length} devices`,
      timeoutMs: claimTimeoutMs,
      batchSize: codes.length,
      signal,
      finishSent: true,
    });
    const states = { claimed: codesIn(body, "added"), duplicate: codesIn(body, "duplicated") };
    return codes.map((code): Claimed | VendorError => {
      const key = keyOf(code);
      for (const state of ["claimed", "duplicate"] as const) {
        const device = states[state].get(key);
        if (device) return { state, ...device };
      }
      const reason = refusalOf(code);
      if (reason === undefined) return { state: "unknown" };
      return refusalError(reason, claimAction(code));
    });
  }

  async function changeChunk(
    orgId: string,
    change: InventoryChange,
    devices: readonly (readonly string[])[],
    signal?: AbortSignal,
  ) {
    const names = devices.flat();
    const actionOf = changeAction(change);
    let doubtful = false;
    const { body, refusalOf } = await send({
      method: "PUT",
      path: path`/orgs/${orgId}/inventory`,
      json: wireOf(change, names),
      judge: judgeBulk,
      read: (reply) => readBulk(reply.json()),
      beforeRepeat: async ({ ambiguous }) => {
        doubtful ||= ambiguous;
        return undefined;
      },
      action: devices.length === 1 ? actionOf(names) : `${verbs[change.op]} ${devices.length} devices`,
      batchSize: names.length,
      signal,
      finishSent: true,
    });
    const done = new Set(textsIn(body, "success").map(keyOf));
    return devices.map((members): Changed | VendorError => {
      const refused = members.find((name) => refusalOf(name) !== undefined);
      if (refused === undefined) return members.every((name) => done.has(keyOf(name))) ? "done" : "unknown";
      // What an earlier attempt has done cannot be done again: only a look tells.
      if (doubtful) return "unknown";
      return refusalError(refusalOf(refused) ?? "", actionOf([refused]));
    });
  }

  return {
    async claim(orgId, codes, { signal } = {}) {
      const normal = codes.map(normalizeClaimCode);
      for (const code of [...codes, ...normal, ...normal.map(dashedClaimCode)]) keepSecret(code);
      const distinct = [...new Set(normal)];
      const chunks = chunksOf(distinct, claimsPerCall);
      const outcomes = await Promise.all(
        chunks.map((chunk) => each(chunk, claimAction, () => claimChunk(orgId, chunk, signal))),
      );
      const outcomeOf = new Map(outcomes.flat().map((outcome, index) => [distinct[index], outcome]));
      return normal.map((code) => outcomeOf.get(code) as Claimed | VendorError);
    },
    async change(orgId, change, devices, { signal } = {}) {
      const normalize = change.by === "serial" ? normalizeSerial : normalizeMac;
      const named = devices.map((device) => [device].flat().map(normalize));
      const distinct = [...new Map(named.map((names) => [names.join(), names])).values()];
      const chunks = packed(distinct, changesPerCall);
      const outcomes = await Promise.all(
        chunks.map((chunk) => each(chunk, changeAction(change), () => changeChunk(orgId, change, chunk, signal))),
      );
      const outcomeOf = new Map(outcomes.flat().map((outcome, index) => [distinct[index]?.join(), outcome]));
      return named.map((names) => outcomeOf.get(names.join()) as Changed | VendorError);
    },
    async rows(orgId, macs, { signal } = {}) {
      const wanted = [...new Set(macs.map(normalizeMac))];
      const found = new Map<string, Row>();
      const read = async (some: readonly string[] | undefined) => {
        const query = { vc: true, mac: some?.join(",") };
        const call = { query, signal, action: `read ${some?.length ?? "all"} devices of the inventory` };
        let count = 0;
        for await (const row of list(path`/orgs/${orgId}/inventory`, call)) {
          found.set(normalizeMac(String(row.mac)), row);
          count++;
        }
        return count;
      };
      const chunks = chunksOf(wanted, looksPerCall);
      const counts = await Promise.all(chunks.map(read));
      // That Mist takes several MACs at once is not documented: an empty answer proves nothing.
      if (chunks.some((chunk, index) => chunk.length > 1 && counts[index] === 0)) await read(undefined);
      return macs.map((mac) => found.get(normalizeMac(mac)));
    },
  };
}

const verbs: { readonly [op in InventoryChange["op"]]: string } = {
  assign: "assign",
  unassign: "unassign",
  delete: "release",
  upgrade_to_mist: "upgrade to Mist",
  downgrade_to_jsi: "downgrade to JSI",
};

function claimAction(code: string): string {
  return `claim the device with code ${maskedClaimCode(code)}`;
}

/** What is done to one device, by its first name. */
function changeAction({ op, by }: InventoryChange): (names: readonly string[]) => string {
  return ([name]) => `${verbs[op]} ${by === "serial" ? "the device with serial" : "device"} ${name}`;
}

function wireOf({ op, siteId, noReassign, mistConfigured, by }: InventoryChange, names: readonly string[]) {
  return {
    op,
    [by === "serial" ? "serials" : "macs"]: names,
    site_id: siteId,
    no_reassign: noReassign,
    // The new key, and the two that it replaces, for clouds that do not know it yet.
    mist_configured: mistConfigured,
    managed: mistConfigured,
    disable_auto_config: mistConfigured === undefined ? undefined : !mistConfigured,
  };
}

/** The codes in a list of a reply, with the devices that Mist names beside them. */
function codesIn(body: Readonly<Record<string, unknown>>, key: string): Map<string, Omit<Claimed, "state">> {
  const details = Array.isArray(body[`inventory_${key}`]) ? (body[`inventory_${key}`] as Row[]) : [];
  const found = new Map<string, Omit<Claimed, "state">>(textsIn(body, key).map((code) => [keyOf(code), {}]));
  for (const { magic, mac, serial, model, type } of details) {
    if (typeof magic !== "string") continue;
    const text = (value: unknown) => (typeof value === "string" ? value : undefined);
    const device = {
      mac: text(mac) && normalizeMac(String(mac)),
      serial: text(serial),
      model: text(model),
      type: text(type),
    };
    found.set(keyOf(magic), device);
  }
  return found;
}

/** Groups in their order, as many together as have at most `size` members. */
function packed(groups: readonly (readonly string[])[], size: number): (readonly string[])[][] {
  const chunks: (readonly string[])[][] = [];
  let room = 0;
  for (const group of groups) {
    if (group.length > room || chunks.length === 0) {
      chunks.push([]);
      room = size;
    }
    chunks.at(-1)?.push(group);
    room -= group.length;
  }
  return chunks;
}

/** The outcomes of a chunk; what fails it as a whole is the outcome of each, unless it was canceled. */
async function each<Item, Result>(
  chunk: readonly Item[],
  actionOf: (item: Item) => string,
  run: () => Promise<(Result | VendorError)[]>,
): Promise<(Result | VendorError)[]> {
  try {
    return await run();
  } catch (error) {
    if (!isVendorError(error) || error.kind === "canceled") throw error;
    // It says nothing of a device.
    const { kind } = error;
    const facts = kind === "not-found" ? ({ kind: "rejected", reason: "the organization was not found" } as const) : {};
    return chunk.map((item) => error.with({ ...facts, action: actionOf(item) }));
  }
}
