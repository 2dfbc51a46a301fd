import { isVendorError } from "../../clients/http/errors";
import type { Server, ServerChanges } from "../../clients/hwautomation/types";
import type { Context } from "../../core/resource";
import { differencesOf, isDeleted, pick, type RecordInputs, type Written, written } from "./record-fields";
import type { Automation } from "./service";

/** The shipped application shows so many rows of its tables. */
const shownRows = 100;

/**
 * The record of a server, by what the service knows of it, or else by its table.
 * @returns undefined on the service's own word that there is none
 * @throws Error where a record that is not among those that are shown may be there all the same
 */
export async function findRecord(
  { client, servers }: Automation,
  id: string,
  { signal }: Context,
): Promise<Server | undefined> {
  const isShipped = (await client.dialect(signal)) === "shipped";
  const told = isShipped ? undefined : await client.server(id, signal);
  if (told) return told;
  const listed = await servers.read({ signal, since: isShipped ? undefined : Date.now() });
  const found = listed.get(id);
  if (found || !isShipped) return found;
  if (listed.size === 0 || listed.size >= shownRows)
    throw new Error(
      `HWAutomation shows ${listed.size === 0 ? "no" : `the first ${listed.size}`} records of servers, and that of server ${id} is ` +
        "not among them, which does not mean that there is none: look into its database",
    );
  return undefined;
}

/** What a program has for a record that is not there, or is not its own yet. */
export interface Making {
  found: Server | undefined;
  wanted: RecordInputs;
  /** Told as soon as the record says a part of what is wanted. */
  accepted(record: Partial<Server>): void;
}

/** Makes the record, once, or writes to the one that is there what it does not say. */
export async function makeRecord(context: Context, automation: Automation, making: Making): Promise<void> {
  const { found, wanted, accepted } = making;
  const { serverId: id, deviceType, ipmiIp } = wanted;
  const name = `the record of server ${id}`;
  if (found && !isDeleted(found)) {
    const { refused } = judge(found, wanted);
    if (refused !== undefined) throw new Error(refused);
    const differs = differencesOf(found, wanted);
    if (differs.length > 0) automation.assertWritable(name);
    await change(automation, id, pick(wanted, differs), context);
    return accepted({ ...found, ...pick(wanted, written) });
  }
  automation.assertWritable(name);
  if (found) {
    await change(automation, id, { status: freshStatus, ...pick(wanted, written) }, context);
    return accepted({ ...found, status: freshStatus, ...pick(wanted, written) });
  }
  // A record is made from these; whatever else a program says is written to what was made.
  const first = ["deviceType", "ipmiIp"] as const;
  const rest = written.filter((each) => !first.includes(each as (typeof first)[number]));
  const race = await create(context, automation, { serverId: id, deviceType, ipmiIp });
  if (race) return makeRecord(context, automation, { ...making, found: race });
  accepted(pick(wanted, ["serverId", ...first]));
  await change(automation, id, pick(wanted, rest), context);
  accepted(pick(wanted, ["serverId", ...written]));
}

/** Of a record that was deleted and is made again without a word about its status. */
const freshStatus = "New";

/** @returns the record that somebody else has made meanwhile */
async function create(
  context: Context,
  automation: Automation,
  server: { serverId: string; deviceType: string; ipmiIp?: string },
): Promise<Server | undefined> {
  const { client, servers } = automation;
  try {
    await servers.write(() => client.createServer(server, context.signal));
    return undefined;
  } catch (error) {
    const isTaken = isVendorError(error) && error.status === 409;
    if (!isTaken && !(isVendorError(error) && error.ambiguous)) throw error;
    const found = await findRecord(automation, server.serverId, context);
    if (!found) throw error;
    // Where the answer was lost it is ours when it says what was sent.
    return isTaken || differencesOf(found, server).length > 0 ? found : undefined;
  }
}

/** Writes these fields, where there are any. */
export async function change(
  { client, servers }: Automation,
  id: string,
  changes: ServerChanges,
  { signal }: Context,
): Promise<void> {
  if (Object.keys(changes).length > 0) await servers.write(() => client.updateServer(id, changes, signal));
}

/** Why a record that is there is not taken over, and what of it would be written over; what it does not say is filled in. */
export function judge(found: Server, wanted: Partial<RecordInputs>): { refused?: string; differs: Written[] } {
  const differs = differencesOf(found, wanted).filter((name) => found[name] !== undefined);
  const { adopt = "identical" } = wanted;
  const which = `HWAutomation already has a record of server ${found.serverId}`;
  const importIt = `import it with \`pulumi import ztp:hwautomation:ServerRecord <name> ${found.serverId}\``;
  if (adopt === "never") return { refused: `${which}, and adopt is "never"; ${importIt}`, differs };
  if (adopt === "update" || differs.length === 0) return { differs };
  const sides = differs.map((name) => `${name} is ${found[name]}, the program says ${wanted[name]}`).join("; ");
  const refused = `${which} that says otherwise: ${sides}. Correct the program, ${importIt}, or set adopt to "update" to write over it`;
  return { refused, differs };
}
