import { z } from "zod";
import { fortiManagerMembers } from "../../clients/fortinet/fortimanager-members";
import type { FortiManager } from "../../clients/fortinet/fortiztp";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { defineFunction } from "../../core/resource";
import { field, object } from "../../core/shape";
import { fortiztp } from "./service";
import { onlyOne } from "./settings";

/** A FortiManager entry as the functions return it. */
const fortiManagerFields = {
  oid: field(z.int(), { doc: "The number by which devices name it." }),
  serialNumbers: field(z.array(z.string()), { doc: "Its serial number, or those of all members of an HA cluster." }),
  addresses: field(z.array(z.string()), { doc: "The address or host name of each, in the order of the serials." }),
  scriptOid: field(z.int().optional(), { doc: "The script that devices run by default." }),
  updateTime: field(z.string().optional(), { doc: "When FortiZTP last changed it, ISO 8601." }),
};

export const getFortiManager = defineFunction({
  token: "fortiztp:getFortiManager",
  doc: "One FortiManager entry of the account, by oid or by the serial of a member. Fails when there is none.",
  service: fortiztp,
  inputs: {
    oid: field(z.int().positive().optional(), { doc: "The oid. Either this or the serial." }),
    serial: field(z.string().min(1).optional(), { doc: "The serial of one of its members. Either this or the oid." }),
  },
  rules: [
    {
      needs: ["oid", "serial"],
      check: ({ oid, serial }) =>
        (oid === undefined) === (serial === undefined)
          ? "give either the oid or the serial of the FortiManager"
          : undefined,
    },
  ],
  outputs: fortiManagerFields,
  async run(context, { oid, serial }) {
    const { settings } = await context.use(fortiztp);
    const { signal } = context;
    const found =
      oid !== undefined
        ? await settings.client.fortiManagers.get(oid, { signal })
        : onlyOne(
            (await settings.client.fortiManagers.list({ signal })).filter((entry) => hasMember(entry, serial ?? "")),
            `entries with ${serial}`,
          );
    if (!found) throw new Error(`there is no FortiManager entry ${oid ?? serial} in this FortiCloud account`);
    return details(found);
  },
});

export const getFortiManagers = defineFunction({
  token: "fortiztp:getFortiManagers",
  doc: "The FortiManager entries of the account. One call, whatever their number.",
  service: fortiztp,
  inputs: {},
  outputs: {
    fortiManagers: field(
      z.array(object("FortiManagerDetails", fortiManagerFields, "A FortiManager entry as FortiZTP has it.")),
      { doc: "The entries, in the order of FortiZTP." },
    ),
    total: field(z.int(), { doc: "How many they are." }),
  },
  async run(context) {
    const { settings } = await context.use(fortiztp);
    const entries = await settings.client.fortiManagers.list({ signal: context.signal });
    return { fortiManagers: entries.map(details), total: entries.length };
  },
});

function hasMember(entry: FortiManager, serial: string): boolean {
  return fortiManagerMembers(entry).serialNumbers.map(normalizeSerial).includes(normalizeSerial(serial));
}

function details(entry: FortiManager) {
  const { oid, scriptOid, updateTime } = entry;
  return { oid, ...fortiManagerMembers(entry), scriptOid, updateTime };
}
