import { z } from "zod";
import { defineResource } from "../../core/resource";
import { field, object } from "../../core/shape";
import { count, someOf } from "../../core/words";
import { account, accountOf } from "./account";
import { timeoutOf, timeoutSeconds } from "./device-fields";
import { claimOf, siteName } from "./device-names";
import { Bulk } from "./inventory-bulk";
import { leave } from "./inventory-leave";
import {
  type Member,
  memberChanges,
  memberFields,
  memberProblems,
  ownedNames,
  sharedFields,
} from "./inventory-members";
import { planInventory } from "./inventory-plan";
import { importInventory, readInventory } from "./inventory-read";
import { dueIn, type InventoryState, Progress, standingOf } from "./inventory-standing";
import { reconcileInventory } from "./inventory-work";
import { orgIdField } from "./object-resource";

export const inventory = defineResource({
  token: "mist:Inventory",
  doc: [
    "Many devices of an organization as one resource: one entry in the state, one row in a preview, changes by device. The",
    "program gives each a name of its choosing, so that claim codes stay secret.",
    "It does to each device what DeviceClaim and DeviceAssignment do to one, always fifty claims and a hundred assignments a",
    "call: create and an added device claim it where the organization lacks it and bring it to its site; a changed site moves",
    "it; a device that is taken out, and delete, leave it as it is, unassign it or release it, as onDelete says. When some",
    "devices fail, the others are done and kept, and the next `up` goes on with what is left.",
    "An organization may have several such resources; a device is in one of them, or has a DeviceClaim or DeviceAssignment of",
    "its own, and moves from one to the other without a write.",
    "Imported by the id of the organization, which takes all of its devices, or by MAC addresses, separated by commas, with",
    "that id and a slash before them where it is not the configured one.",
  ].join(" "),
  example: `new ztp.mist.Inventory("berlin", {
  siteId: berlin.id,
  devices: {
    lobby: { claimCode: config.requireSecret("lobbyClaimCode") },
    "core-switch": { claimCode: config.requireSecret("coreClaimCode"), onDelete: "release" },
    warehouse: { mac: "5c5b35000003", siteId: warehouse.id },
  },
});`,
  service: account,
  inputs: {
    orgId: orgIdField,
    devices: field(
      z.record(
        z.string(),
        object("InventoryMember", memberFields, "What a program says of one device of an inventory."),
      ),
      {
        doc: "The devices, by names of the program's choosing, which Mist is not told. Another name is no other device.",
      },
    ),
    ...sharedFields,
    timeoutSeconds,
  },
  rules: [{ needs: [], check: memberProblems }],
  outputs: {
    organizationId: field(z.string(), { doc: "The organization that has the devices.", stable: true }),
    summaries: field(
      z.record(
        z.string(),
        object(
          "InventorySummary",
          {
            mac: field(z.string(), { doc: "The MAC address, 12 lower-case hexadecimal digits." }),
            deviceId: field(z.string(), {
              doc: "The id by which Mist configures the device at its site; of a member that of its virtual chassis.",
            }),
            serial: field(z.string().optional(), { doc: "The serial number." }),
            model: field(z.string().optional(), { doc: "The model, such as AP45." }),
            deviceType: field(z.string().optional(), { doc: "ap, switch or gateway." }),
            chassisMac: field(z.string().optional(), {
              doc: "The MAC address of the virtual chassis that it is, or is a member of.",
            }),
            siteId: field(z.string().optional(), { doc: "The site that it is at." }),
          },
          "A device of an inventory, as Mist has it.",
        ),
      ),
      { doc: "Each device that this inventory has brought in or found there, by its name in the program." },
    ),
  },
  deleteBeforeReplace: true,
  owns: (inputs, outputs) => [
    ...ownedNames(inputs),
    // So that an import of what each device is by itself finds that it stands here.
    ...Object.entries(outputs?.summaries ?? {}).flatMap(([name, { mac, siteId }]) => [
      ...(siteId === undefined ? [] : [siteName(mac), `site of Mist device ${outputs?.organizationId}/${mac}`]),
      ...(isClaimed(inputs.devices?.[name]) ? [claimOf(mac)] : []),
    ]),
  ],
  impact: {
    update: (from, to) => {
      const { released, unassigned, moved } = memberChanges(from, to);
      const sentences: string[] = [];
      if (released.length > 0)
        sentences.push(
          `${count(released.length, "device is", "devices are")} released from the organization, without site and configuration: ` +
            someOf(released),
        );
      if (unassigned.length > 0)
        sentences.push(
          `${count(unassigned.length, "device loses its site and the", "devices lose their site and the")} configuration there: ` +
            someOf(unassigned),
        );
      if (moved.length > 0)
        sentences.push(
          `${count(moved.length, "device moves to another site and takes its", "devices move to other sites and take their")} ` +
            `configuration: ${someOf(moved)}`,
        );
      return sentences.join("; ") || undefined;
    },
  },

  plan: (context, _known, inputs) => planInventory(context, undefined, inputs),
  planUpdate: planInventory,

  create: (context, inputs) => reconcileInventory(context, undefined, undefined, inputs),

  read: async (context, id, prior) => (prior ? readInventory(context, prior) : importInventory(context, id)),

  update: async (context, id, from, to) => (await reconcileInventory(context, id, from, to)).outputs,

  async delete(context, _id, state: InventoryState) {
    const { signal } = context;
    const { inputs, summaries } = standingOf(state);
    const nothing = { ...inputs, devices: {} };
    const due = dueIn(state, nothing);
    if (due.letGo.every(({ policy }) => policy === "retain")) return context.progress("its devices stay as they are");
    const own = await accountOf(context);
    const named = inputs.orgId ?? state.outputs.organizationId;
    const organization = await own.inventory(named, { signal, write: true });
    const bulk = new Bulk(own, organization, context, timeoutOf(inputs));
    await leave(bulk, due, new Set(), new Progress(standingOf(state), nothing), () => {});
    bulk.finish(Object.keys(summaries).length);
  },
});

/** Whether the inventory claims a device: what names it in no other way has a claim code, though a state may hide it. */
function isClaimed(member: Member | undefined): boolean {
  return member !== undefined && member.mac === undefined && member.serial === undefined;
}
