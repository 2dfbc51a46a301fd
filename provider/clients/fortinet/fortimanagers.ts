import { VendorError } from "../http/errors";
import type { HttpClient } from "../http/request";
import { path } from "../http/url";
import { type CallOptions, deleteOne, getOne, getPage, system } from "./calls";
import { Creator } from "./creation";
import { type FortiManager, fortiManagerSchema, splitList } from "./fortiztp-types";
import { sameList } from "./same-target";

/** The complete desired FortiManager entry. */
export interface FortiManagerWrite {
  /** The serial, or those of an HA cluster. */
  serialNumbers: readonly string[];
  /** The address or host name of each, in the same order; two serials may share one. */
  addresses: readonly string[];
  /** The script that its devices run by default. */
  scriptOid?: number;
}

/** FortiManager entries, one function a call. All throw `VendorError`. */
export interface FortiManagers {
  list(options?: CallOptions): Promise<FortiManager[]>;
  /** One entry; undefined only if the service itself says that there is none. */
  get(oid: number, options?: CallOptions): Promise<FortiManager | undefined>;
  /**
   * Creates an entry and answers with its oid. An attempt whose outcome is not known is never repeated before the list
   * shows that it failed. `before` are the entries there are, if they have just been listed.
   */
  create(write: FortiManagerWrite, options?: CallOptions & { before?: readonly FortiManager[] }): Promise<number>;
  /** Replaces an entry, and answers with what the service then says of it. Fails if the script is not as desired. */
  update(oid: number, write: FortiManagerWrite, options?: CallOptions): Promise<FortiManager>;
  /** Deletes an entry. One that is not there is a success. */
  delete(oid: number, options?: CallOptions): Promise<void>;
}

const collection = "/v2/setting/fortimanagers";
const item = (oid: number) => path`/v2/setting/fortimanagers/${oid}`;

export function createFortiManagers(
  http: HttpClient,
  options: { warn?: (message: string) => void } = {},
): FortiManagers {
  const schema = fortiManagerSchema;
  const listed = ({ signal }: CallOptions) =>
    getPage(http, { path: collection, action: "list FortiManagers", schema, signal }, "fortiManagers", options.warn);
  const creator = new Creator(http, listed);

  const get = (oid: number, { signal }: CallOptions = {}) =>
    getOne(http, { path: item(oid), action: `read FortiManager ${oid}`, schema, signal });

  async function update(oid: number, write: FortiManagerWrite, { signal }: CallOptions = {}): Promise<FortiManager> {
    const action = `update FortiManager ${oid}`;
    const { scriptOid } = write;
    // Whether a field that is left out would be kept is not documented.
    const json = { oid, ...membersOf(write), scriptOid: scriptOid ?? null };
    await http.send<void>({ method: "PUT", path: item(oid), json, read: () => {}, action, signal });
    const manager = await get(oid, { signal });
    if (!manager) throw new VendorError({ kind: "not-found", system, action, reason: "it is gone" });
    if (manager.scriptOid === scriptOid) return manager;
    const held = manager.scriptOid === undefined ? "has no script" : `still has script ${manager.scriptOid}`;
    const reason = `it accepted the change, but the entry ${held}`;
    const wanted = scriptOid === undefined ? "Take the script off" : `Choose script ${scriptOid} for`;
    const hint = `${wanted} the entry in the FortiZTP portal.`;
    throw new VendorError({ kind: "rejected", system, action, reason, hint });
  }

  return {
    list: async (call = {}) => (await listed(call)).items,
    get,
    create: (write, { before, signal } = {}) => {
      const { sn, ip } = membersOf(write);
      return creator.create({
        path: collection,
        json: { sn, ip, scriptOid: write.scriptOid },
        action: `create the FortiManager entry for ${sn} at ${ip}`,
        key: `${sn} ${ip}`.toUpperCase(),
        matches: (manager) => sameList(sn, manager.sn) && sameList(ip, manager.ip),
        before,
        signal,
      });
    },
    update,
    delete: async (oid, { signal } = {}) => {
      await deleteOne(http, { path: item(oid), action: `delete FortiManager ${oid}`, signal });
      creator.forget(oid);
    },
  };
}

/** The members of an entry, as `FortiManagerWrite` has them. */
export function fortiManagerMembers(manager: Pick<FortiManager, "sn" | "ip">): {
  serialNumbers: string[];
  addresses: string[];
} {
  return { serialNumbers: splitList(manager.sn), addresses: splitList(manager.ip) };
}

/**
 * Why serials and addresses cannot make up one entry, each a sentence; empty if they can. Position pairs them: there
 * must be as many addresses as serials, except that two serials may share one address.
 */
export function fortiManagerProblems(serialNumbers: readonly string[], addresses: readonly string[]): string[] {
  const problems = [...listProblems("serialNumbers", serialNumbers), ...listProblems("addresses", addresses)];
  const shared = serialNumbers.length === 2 && addresses.length === 1;
  if (problems.length === 0 && serialNumbers.length !== addresses.length && !shared) {
    problems.push(
      `serialNumbers has ${count(serialNumbers)} and addresses ${count(addresses)}: give one address for each serial, in the same order, or one for two serials that share it`,
    );
  }
  return problems;
}

function listProblems(name: string, list: readonly string[]): string[] {
  if (list.length === 0) return [`${name} is empty`];
  return list.flatMap((item, index) => {
    if (item.trim() === "") return [`${name}[${index}] is empty`];
    return item.includes(",") ? [`${name}[${index}] holds a comma: make "${item}" separate items`] : [];
  });
}

function count(list: readonly string[]): string {
  return list.length === 1 ? "1 item" : `${list.length} items`;
}

function membersOf({ serialNumbers, addresses }: FortiManagerWrite): { sn: string; ip: string } {
  const join = (list: readonly string[]) => list.map((item) => item.trim()).join(",");
  return { sn: join(serialNumbers), ip: join(addresses) };
}
