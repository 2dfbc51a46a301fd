import { VendorError } from "../http/errors";
import type { HttpClient } from "../http/request";
import { path } from "../http/url";
import { type CallOptions, deleteOne, getOne, getPage, system } from "./calls";
import { Creator } from "./creation";
import { type FortiManager, fortiManagerSchema } from "./fortiztp-types";
import { sameList } from "./lists";

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
    const { sn, ip } = membersOf(write);
    const isApplied = (manager: FortiManager | undefined) =>
      manager && sameList(sn, manager.sn) && sameList(ip, manager.ip) && scriptOid === manager.scriptOid;
    await http.send<void>({
      method: "PUT",
      path: item(oid),
      // Whether a field that is left out would be kept is not documented.
      json: { oid, sn, ip, scriptOid: scriptOid ?? null },
      read: () => {},
      action,
      signal,
      beforeRepeat: async (failure) =>
        failure.ambiguous && isApplied(await get(oid, { signal })) ? { value: undefined } : undefined,
    });
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

function membersOf({ serialNumbers, addresses }: FortiManagerWrite): { sn: string; ip: string } {
  const join = (list: readonly string[]) => list.map((item) => item.trim()).join(",");
  return { sn: join(serialNumbers), ip: join(addresses) };
}
