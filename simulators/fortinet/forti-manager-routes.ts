import { type Route, SimFailure, type SimRequest } from "../core/http";
import type { Inventory } from "./inventory";
import { presentList, presentUnset } from "./present";
import { createdReply, entryBody, namedEntry, refuseReferenced, requiredText, updatedReply } from "./settings";
import type { FortiManagerRecord } from "./types";
import type { FortinetVariants } from "./variants";
import type { ZtpContext } from "./ztp";

const collection = "/v2/setting/fortimanagers";
const item = `${collection}/{oid}`;

/** FortiManager entries. */
export function fortiManagerRoutes(context: ZtpContext): Route[] {
  const { variants } = context;

  const named = (request: SimRequest): { oid: number; manager: FortiManagerRecord; inventory: Inventory } => {
    const inventory = context.inventory(request);
    const { oid, entry: manager } = namedEntry(context, request, "FortiManager", inventory.fortiManagers);
    return { oid, manager, inventory };
  };
  const shown = (manager: FortiManagerRecord): object => presentUnset({ ...manager }, variants);

  return [
    {
      method: "GET",
      path: collection,
      handle(request) {
        const managers = [...context.inventory(request).fortiManagers.values()].map(shown);
        return { status: 200, json: presentList("fortiManagers", managers, managers.length, variants) };
      },
    },
    {
      method: "POST",
      path: collection,
      handle(request) {
        const inventory = context.inventory(request);
        const body = entryBody(request, variants);
        const manager = inventory.addFortiManager({
          ...membersIn(body),
          scriptOid: scriptIn(body, inventory) ?? null,
        });
        return createdReply(manager.oid, shown(manager), variants);
      },
    },
    { method: "GET", path: item, handle: (request) => ({ status: 200, json: shown(named(request).manager) }) },
    {
      method: "PUT",
      path: item,
      handle(request) {
        const { oid, manager, inventory } = named(request);
        const body = entryBody(request, variants, oid);
        const members = membersIn(body);
        const scriptOid = scriptIn(body, inventory) ?? (clearsScript(body, variants) ? null : manager.scriptOid);
        inventory.patchFortiManager(oid, { ...members, scriptOid });
        return updatedReply(shown(manager), variants);
      },
    },
    {
      method: "DELETE",
      path: item,
      handle(request) {
        const { oid, inventory } = named(request);
        const devices = [...inventory.devices.values()].filter((device) => device.fortiManagerOid === oid);
        const users = devices.map((device) => `device ${device.deviceSN}`);
        refuseReferenced(`FortiManager ${oid}`, users, variants);
        inventory.fortiManagers.delete(oid);
        return { status: variants.deleteStatus };
      },
    },
  ];
}

/** Serials and addresses, which pair up by position; two serials may share one address. */
function membersIn(body: Record<string, unknown>): { sn: string; ip: string } {
  const [serials, addresses] = [requiredText(body, "sn"), requiredText(body, "ip")].map((list) =>
    list.split(",").map((entry) => entry.trim()),
  ) as [string[], string[]];
  if ([...serials, ...addresses].includes("")) throw new SimFailure(400, "sn and ip must not have empty entries");
  const shared = serials.length === 2 && addresses.length === 1;
  if (serials.length !== addresses.length && !shared)
    throw new SimFailure(400, `sn has ${serials.length} entries and ip ${addresses.length}`);
  return { sn: serials.join(","), ip: addresses.join(",") };
}

/** The script that the body names; undefined for none. */
function scriptIn(body: Record<string, unknown>, inventory: Inventory): number | undefined {
  const oid = body.scriptOid;
  if (oid === undefined || oid === null || oid === 0) return undefined;
  if (typeof oid !== "number" || !Number.isInteger(oid)) throw new SimFailure(400, "scriptOid must be an integer");
  if (!inventory.scripts.has(oid)) throw new SimFailure(400, `Script ${oid} doesn't exist in this account`);
  return oid;
}

function clearsScript(body: Record<string, unknown>, variants: FortinetVariants): boolean {
  return body.scriptOid === { null: null, zero: 0, absent: undefined }[variants.clearScript];
}
