import { isVendorError } from "../../clients/http/errors";
import type { Server } from "../../clients/hwautomation/types";
import { type Context, defineResource, type State } from "../../core/resource";
import { isUnknown } from "../../core/values";
import {
  deletedStatus,
  differencesOf,
  isDeleted,
  outputsOf,
  pick,
  type RecordInputs,
  type RecordOutputs,
  recordInputs,
  recordOutputs,
  untold,
  type Written,
  written,
} from "./record-fields";
import { change, findRecord, judge, type Making, makeRecord } from "./record-work";
import { type Automation, automationOf, hwautomation } from "./service";

export const serverRecord = defineResource<typeof recordInputs, typeof recordOutputs>({
  token: "hwautomation:ServerRecord",
  doc: [
    "The record of a server in HWAutomation's database. It describes a server and touches no hardware.",
    "Create makes it. A record that is there is taken over when it says the same, and refused otherwise, unless `adopt` says what",
    "to do; one with the status Deleted counts as none, and is written anew, with the status New unless `status` says another.",
    "Update writes what has changed, and nothing else. What the program no longer says stays as it is: the API cannot clear it.",
    "Delete leaves the record, or marks it as deleted with `onDelete: markDeleted`: the API has no call to remove it.",
    "The application as it is shipped cannot write records, which the preview says. There it only reads the first hundred.",
    "Imported by the id of the server.",
  ].join(" "),
  example: `const record = new ztp.hwautomation.ServerRecord("server-001", {
  serverId: "server-001",
  deviceType: "a1.c5.large",
  ipmiIp: "192.168.1.100",
});`,
  service: hwautomation,
  inputs: recordInputs,
  outputs: recordOutputs,
  rules: [
    {
      needs: ["status"],
      check: ({ status }) =>
        status !== undefined && isDeleted({ status })
          ? {
              path: "status",
              message:
                "cannot be Deleted: such a record counts as gone; to mark it set onDelete to markDeleted, and remove it",
            }
          : undefined,
    },
  ],
  owns: ({ serverId }) => (typeof serverId === "string" ? [`record of HWAutomation server ${serverId}`] : []),
  idOf: ({ serverId }) => serverId,

  async plan(context, _known, wanted) {
    const automation = await automationOf(context);
    const problems = await automation.missing(["serverRecords"], context.signal);
    const { serverId } = wanted;
    if (problems.length > 0 || isUnknown(serverId)) return { problems };
    // One list for all records of the program; what is told of each by itself costs a call each.
    const found = (await automation.servers.read({ signal: context.signal })).get(serverId);
    if (!found || isDeleted(found)) return {};
    const { refused, differs } = judge(found, wanted);
    if (refused !== undefined) return { problems: [refused] };
    if (differs.length === 0) return {};
    return { warnings: [`the record of server ${serverId} is there already: ${differs.join(", ")} are written over`] };
  },

  async planUpdate(context) {
    const automation = await automationOf(context);
    return { problems: await automation.missing(["serverRecords"], context.signal) };
  },

  async create(context, wanted) {
    const automation = await automationOf(context);
    const { serverId: id } = wanted;
    await assertSupported(automation, context);
    // One that only the table has is told by the create.
    const found = await automation.client.server(id, context.signal);
    let made: RecordOutputs = {};
    const accepted: Making["accepted"] = (record) => {
      made = outputsOf(record);
      context.accepted(id, made);
    };
    await makeRecord(context, automation, { found, wanted, accepted });
    const now = await findRecord(automation, id, context);
    return { id, outputs: now ? outputsOf(now) : made };
  },

  async read(context, id, prior) {
    const automation = await automationOf(context);
    // One list for all records of the program, and a call for those of which it does not tell enough.
    const row = (await automation.servers.read({ signal: context.signal })).get(id);
    const found = row && tellsAll(row, prior) ? row : await findRecord(automation, id, context);
    if (!found || isDeleted(found)) return undefined;
    const inputs: Partial<RecordInputs> = { ...prior?.inputs, ...pick(row ?? found, untold), ...told(found, !prior) };
    return { inputs, outputs: outputsOf(found) };
  },

  async update(context, id, from, to) {
    const automation = await automationOf(context);
    await assertSupported(automation, context);
    // After a run that did not end only the record itself tells how far it has come.
    const before = from.unfinished === undefined ? from.inputs : await findRecord(automation, id, context);
    if (!before) throw new Error(goneText(id));
    const differs = differencesOf(before, to);
    if (differs.length > 0) automation.assertWritable(`the record of server ${id}`);
    await change(automation, id, pick(to, differs), context);
    context.accepted(id, { ...from.outputs });
    const found = await findRecord(automation, id, context);
    if (!found) throw new Error(goneText(id));
    return outputsOf(found);
  },

  async delete(context, id, { inputs: { onDelete } }) {
    const automation = await automationOf(context);
    if (onDelete !== "markDeleted") {
      context.progress("the record stays: onDelete is retain");
      return;
    }
    await assertSupported(automation, context);
    automation.assertWritable(`the record of server ${id}`);
    try {
      await change(automation, id, { status: deletedStatus }, context);
    } catch (error) {
      if (!isVendorError(error, "not-found")) throw error;
    }
  },

  async *list(context) {
    const automation = await automationOf(context);
    for (const found of (await automation.servers.read({ signal: context.signal })).values()) {
      if (!isDeleted(found)) yield { id: found.serverId, name: found.serverId.toLowerCase() };
    }
  },
});

/** Whether a row of the list tells as much as the state knows, or of a record that is imported what its hardware is. */
function tellsAll(row: Server, prior: State<RecordInputs, RecordOutputs> | undefined): boolean {
  if (!prior) return row.deviceType !== undefined && row.model !== undefined;
  const outputs = outputsOf(row);
  const isTold = (name: keyof RecordOutputs) => prior.outputs[name] === undefined || outputs[name] !== undefined;
  return (
    written.every(
      (name) =>
        prior.inputs[name] === undefined || (untold as readonly Written[]).includes(name) || row[name] !== undefined,
    ) && Object.keys(outputs).every((name) => isTold(name as keyof RecordOutputs))
  );
}

/** What the service tells of a record. A program that is written for it leaves to workflows what they write. */
function told(found: Server, isImport: boolean): Partial<RecordInputs> {
  const { serverId, deviceType, ipmiIp, status, biosVersion, bmcVersion } = found;
  return { serverId, deviceType, ipmiIp, ...(!isImport && { status, biosVersion, bmcVersion }) };
}

async function assertSupported(automation: Automation, { signal }: Context): Promise<void> {
  const [problem] = await automation.missing(["serverRecords"], signal);
  if (problem !== undefined) throw new Error(problem);
}

function goneText(id: string): string {
  return `HWAutomation has no record of server ${id} any more; \`pulumi up --refresh\` makes it anew`;
}
