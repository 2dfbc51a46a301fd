import { z } from "zod";
import { fortiManagerMembers, fortiManagerProblems } from "../../clients/fortinet/fortimanager-members";
import type { FortiManager, FortiManagerWrite } from "../../clients/fortinet/fortiztp";
import { sameList } from "../../clients/fortinet/lists";
import { type Context, defineResource } from "../../core/resource";
import { field } from "../../core/shape";
import { fortiztp } from "./service";
import type { Settings } from "./settings";
import { upperCase } from "./target-inputs";

const lowerCase = (address: string): string => address.trim().toLowerCase();

export const fortiManager = defineResource({
  token: "fortiztp:FortiManager",
  doc: [
    "A FortiManager, or an HA cluster of them, that devices can be sent to by its oid.",
    "Create makes the entry; one with the same serials that is as the program wants it is taken over.",
    "Update changes it in place, under the same oid. Devices that have called home already are not told; those that",
    "call home from now on get what the entry then says.",
    "Delete removes the entry, or leaves it there with `onDelete: retain`; no device and no FortiManager is touched.",
    "FortiZTP may refuse while a device is still sent to it.",
  ].join(" "),
  example: `const headquarters = new ztp.fortiztp.FortiManager("headquarters", {
  serialNumbers: ["FMG-VMTM22000001"],
  addresses: ["fmg.example.net"],
  scriptOid: baseline.oid,
});
new ztp.fortiztp.Device("berlin-fw", {
  serial: "FGT60FTK20000001",
  provisionTarget: "FortiManager",
  fortiManagerOid: headquarters.oid,
  useDefaultScript: true,
});`,
  service: fortiztp,
  inputs: {
    serialNumbers: field(z.array(z.string()), {
      doc: "The serial number of the FortiManager, or those of all members of an HA cluster.",
      canonical: upperCase,
    }),
    addresses: field(z.array(z.string()), {
      doc:
        "The address or host name of each, in the order of the serials. FortiManager 7.2 and later: two members may " +
        "share one address.",
      canonical: lowerCase,
    }),
    scriptOid: field(z.int().positive().optional(), {
      doc: "The script that devices run by default (`useDefaultScript`). Default: the entry keeps what it has.",
      references: "fortiztp:Script.oid",
    }),
    adopt: field(z.enum(["never", "identical", "update"]).optional(), {
      doc:
        "What create does with an entry that has one of the serials. identical: take it over when serials, addresses " +
        "and script are as the program says, else refuse. update: take it over and change it. never: refuse. " +
        "Default: identical.",
      change: "local",
      default: "identical",
    }),
    onDelete: field(z.enum(["delete", "retain"]).optional(), {
      doc: "What delete does: delete removes the entry from FortiZTP, retain leaves it there. Default: delete.",
      change: "local",
      default: "delete",
    }),
  },
  rules: [
    {
      needs: ["serialNumbers", "addresses"],
      check: ({ serialNumbers, addresses }) => fortiManagerProblems(serialNumbers, addresses).join("; ") || undefined,
    },
  ],
  outputs: {
    oid: field(z.int(), { doc: "The number by which devices name it.", stable: true }),
    updateTime: field(z.string().optional(), { doc: "When FortiZTP last changed it, ISO 8601." }),
    effectiveScriptOid: field(z.int().optional(), { doc: "The script that devices run by default, as FortiZTP says." }),
  },

  async plan(context, { serialNumbers, addresses, scriptOid, adopt = "identical" }) {
    if (!serialNumbers || !addresses) return {};
    const { settings } = await context.use(fortiztp);
    const found = await existing(settings, { serialNumbers, addresses, scriptOid, adopt }, context);
    if (found.refused) return { problems: [found.refused] };
    return found.entry ? { outputs: { oid: found.entry.oid } } : {};
  },

  async create(context, inputs) {
    const { settings } = await context.use(fortiztp);
    const { client, managers } = settings;
    const { signal } = context;
    const found = await existing(settings, { adopt: "identical", ...inputs }, context);
    if (found.refused) throw new Error(found.refused);
    if (found.entry) {
      const { entry, same } = found;
      managers.claim(entry.oid, `FortiManager ${inputs.serialNumbers.join(", ")}`);
      return {
        id: String(entry.oid),
        outputs: outputsOf(same ? entry : await change(settings, entry, inputs, context)),
      };
    }
    settings.assertWritable(`FortiManager ${inputs.serialNumbers.join(", ")}`);
    const oid = await client.fortiManagers.create(inputs, { before: await managers.all(signal), signal });
    const id = String(oid);
    managers.claim(oid, `FortiManager ${id}`);
    managers.changed();
    context.accepted(id, outputsOf({ oid }));
    return { id, outputs: outputsOf((await client.fortiManagers.get(oid, { signal })) ?? { oid }) };
  },

  async read(context, id) {
    const { settings } = await context.use(fortiztp);
    const found = await settings.managers.byId(id, (entry) => serialsOf(entry).includes(upperCase(id)), context.signal);
    if (!found) return undefined;
    return {
      id: String(found.oid),
      inputs: { ...fortiManagerMembers(found), scriptOid: found.scriptOid },
      outputs: outputsOf(found),
    };
  },

  async update(context, id, from, to) {
    const { settings } = await context.use(fortiztp);
    const entry = await settings.managers.find(Number(id), context.signal);
    if (!entry)
      throw new Error(`FortiManager ${id} is not in FortiZTP any more; run \`pulumi up --refresh\` to make it anew`);
    // A script that the program has never named stays; one that it names no more goes.
    const managed = from.inputs.scriptOid !== undefined || from.attempted?.scriptOid !== undefined;
    return outputsOf(await change(settings, managed ? { ...entry, scriptOid: undefined } : entry, to, context));
  },

  async delete(context, id, { inputs }) {
    if (inputs.onDelete === "retain") return;
    const { settings } = await context.use(fortiztp);
    const oid = Number(id);
    if (settings.managers.isClaimed(oid)) {
      context.warn(`FortiManager ${oid} stays: another resource of this program has taken it over`);
      return;
    }
    settings.assertWritable(`FortiManager ${oid}`);
    await settings.client.fortiManagers.delete(oid, { signal: context.signal });
    settings.managers.release(oid);
  },

  async *list(context) {
    const { settings } = await context.use(fortiztp);
    for (const entry of await settings.managers.all(context.signal)) {
      yield { id: String(entry.oid), name: (serialsOf(entry)[0] ?? String(entry.oid)).toLowerCase() };
    }
  },
});

interface Wanted extends FortiManagerWrite {
  adopt: "never" | "identical" | "update";
}

/** The entry that a create takes over, and whether it is as wanted already; or why that is refused. */
type Existing = { entry?: FortiManager; same?: boolean; refused?: undefined } | { refused: string; entry?: undefined };

async function existing(settings: Settings, wanted: Wanted, { signal }: Context): Promise<Existing> {
  const serials = wanted.serialNumbers.map(upperCase);
  const sharing = (entry: FortiManager) => serialsOf(entry).some((serial) => serials.includes(serial));
  const found = await settings.managers.candidates(sharing, signal);
  const [entry] = found;
  if (!entry) return {};
  if (found.length > 1) {
    const entries = found.map(describe).join(" and ");
    return {
      refused: `FortiZTP has several entries for ${serials.join(", ")}: ${entries}; import the one that is meant`,
    };
  }
  const which = `FortiZTP already has ${describe(entry)}`;
  if (wanted.adopt === "never")
    return { refused: `${which}, and adopt is "never"; import it, or set adopt to "identical"` };
  const same = isSame(entry, wanted);
  if (same || wanted.adopt === "update") return { entry, same };
  return {
    refused:
      `${which}, while the program wants ${serials.join(", ")} at ${wanted.addresses.join(", ")}` +
      `${wanted.scriptOid === undefined ? "" : ` with script ${wanted.scriptOid}`}. ` +
      'Correct the program, import the entry, or set adopt to "update" to change it',
  };
}

/** A script that the program does not name may be any. */
function isSame(entry: FortiManager, { serialNumbers, addresses, scriptOid }: FortiManagerWrite): boolean {
  return (
    sameList(serialNumbers.join(), entry.sn) &&
    sameList(addresses.join(), entry.ip) &&
    (scriptOid === undefined || scriptOid === entry.scriptOid)
  );
}

async function change(
  settings: Settings,
  entry: FortiManager,
  to: FortiManagerWrite,
  { signal }: Context,
): Promise<FortiManager> {
  settings.assertWritable(describe(entry));
  settings.managers.changed();
  const { serialNumbers, addresses, scriptOid = entry.scriptOid } = to;
  return settings.client.fortiManagers.update(entry.oid, { serialNumbers, addresses, scriptOid }, { signal });
}

function serialsOf(entry: FortiManager): string[] {
  return fortiManagerMembers(entry).serialNumbers.map(upperCase);
}

function describe(entry: FortiManager): string {
  const script = entry.scriptOid === undefined ? "" : ` with script ${entry.scriptOid}`;
  return `FortiManager ${entry.oid} (${entry.sn} at ${entry.ip}${script})`;
}

function outputsOf({ oid, updateTime, scriptOid }: { oid: number; updateTime?: string; scriptOid?: number }) {
  return { oid, updateTime, effectiveScriptOid: scriptOid };
}
