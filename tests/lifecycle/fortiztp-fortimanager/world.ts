import type { FortiManagerRecord, FortiManagerSeed } from "../../../simulators";
import { FortinetWorld, type FortinetWorldOptions } from "../harness/fortinet-world";
import type { HostKind } from "../harness/host";
import type { Scenario } from "../harness/scenarios";

export { onlyFailure, until, warnings } from "../harness/fortinet-world";

export type ManagerScenario = Scenario<ManagerWorld, FortinetWorldOptions>;

export const collection = "/v2/setting/fortimanagers";
/** The first oid that the simulated service invents. */
export const newOid = 1_001;
/** Calls about that entry. */
export const item = `${collection}/${newOid}`;

export const serial = "FMG-VMTM24000001";
export const otherSerial = "FMG-VMTM24000002";
export const address = "fmg.example.org";
export const otherAddress = "198.51.100.9";
export const single = { serialNumbers: [serial], addresses: [address] };
/** Two members of a cluster that share an address. */
export const shared = { serialNumbers: [serial, otherSerial], addresses: [address] };
/** Scripts that the simulated account has from the start. */
export const scripts = [101, 102] as const;

/** The calls that create an entry of which nothing is there yet. */
export const creation = [`GET ${collection}`, `POST ${collection}`, `GET ${item}`];
/** Those that change one. */
export const change = [`GET ${item}`, `PUT ${item}`, `GET ${item}`];

/** A stack of FortiManager entries of its own, and the simulated account behind it. */
export class ManagerWorld extends FortinetWorld {
  static async open(kind: HostKind, options: FortinetWorldOptions = {}): Promise<ManagerWorld> {
    return new ManagerWorld(...(await FortinetWorld.begin(kind, "fortiztp:FortiManager", options)));
  }

  /** The entry as the service holds it. */
  entry(oid: number = newOid): FortiManagerRecord {
    const found = this.fortinet.fortiManagers.get(oid);
    if (!found) throw new Error(`There is no FortiManager ${oid}.`);
    return found;
  }

  /** The oids of the entries of which it is a member. */
  withMember(member: string = serial): number[] {
    const entries = [...this.fortinet.fortiManagers.values()];
    return entries.filter(({ sn }) => sn.split(",").includes(member)).map(({ oid }) => oid);
  }

  /** What somebody has put into the account by hand. */
  add(seed: Partial<FortiManagerSeed> = {}): number {
    return this.fortinet.account().addFortiManager({ sn: serial, ip: address, ...seed }).oid;
  }
}
