import { z } from "zod";
import { fortiManagerMembers, fortiManagerProblems } from "../../clients/fortinet/fortimanager-members";
import type { FortiManager, FortiManagerWrite } from "../../clients/fortinet/fortiztp";
import { normalizeSerial, sameList } from "../../clients/fortinet/lists";
import { type Context, defineResource } from "../../core/resource";
import { field } from "../../core/shape";
import { fortiztp } from "./service";
import { advise, inUse, mayHaveChanged, type Settings } from "./settings";

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
      canonical: normalizeSerial,
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
    oid: field(z.int(), { doc: "The number by which devices name it.", stable: true, fromId: true }),
    updateTime: field(z.string().optional(), { doc: "When FortiZTP last changed it, ISO 8601." }),
    effectiveScriptOid: field(z.int().optional(), { doc: "The script that devices run by default, as FortiZTP says." }),
  },

  owns: ({ serialNumbers }) => {
    const known = Array.isArray(serialNumbers) ? serialNumbers.filter((serial) => typeof serial === "string") : [];
    return known.map((serial) => `FortiManager ${normalizeSerial(serial)} in FortiZTP`);
  },

  async plan(context, { serialNumbers, addresses, scriptOid, adopt }) {
    // Defaults stand in for what is absent, so what is missing here is not known yet. Any script will do, though.
    if (!serialNumbers || !addresses || adopt === undefined) return {};
    const { settings } = await context.use(fortiztp);
    const wanted = { serialNumbers, addresses, scriptOid };
    const { entry, same, refused } = await existing(settings, { ...wanted, adopt }, context);
    if (refused !== undefined) return { problems: [refused] };
    if (!entry) return {};
    return {
      outputs: { oid: entry.oid },
      warnings: same ? [] : [`${describe(entry)} is there already; it is changed to ${describeWanted(wanted)}`],
    };
  },

  async create(context, inputs) {
    const { settings } = await context.use(fortiztp);
    const { client, managers } = settings;
    const { serialNumbers, addresses, scriptOid, adopt = "identical" } = inputs;
    const { signal } = context;
    const wanted = { serialNumbers, addresses, scriptOid };
    const what = `FortiManager ${serialNumbers.join(", ")}`;
    const { entry, same, refused } = await existing(settings, { ...wanted, adopt }, context);
    if (refused !== undefined) throw new Error(refused);
    if (entry) {
      managers.claims.claim(entry.oid, what);
      if (same) return { id: String(entry.oid), outputs: outputsOf(entry) };
      settings.assertWritable(describe(entry));
      const changed = await write(settings, entry.oid, { ...wanted, scriptOid: scriptOid ?? entry.scriptOid }, signal);
      return { id: String(entry.oid), outputs: outputsOf(changed) };
    }
    settings.assertWritable(what);
    const oid = await managers.write(async () =>
      client.fortiManagers.create(wanted, { before: await managers.all(signal), signal }),
    );
    const id = String(oid);
    managers.claims.claim(oid, what);
    context.accepted(id, outputsOf({ oid }));
    return { id, outputs: outputsOf((await client.fortiManagers.get(oid, { signal })) ?? { oid }) };
  },

  async read(context, id) {
    const { settings } = await context.use(fortiztp);
    const found = await settings.managers.byId(
      id,
      (entry) => serialsOf(entry).includes(normalizeSerial(id)),
      context.signal,
    );
    if (!found) return undefined;
    return {
      id: String(found.oid),
      inputs: { ...fortiManagerMembers(found), scriptOid: found.scriptOid },
      outputs: outputsOf(found),
    };
  },

  async update(context, id, from, to) {
    const { settings } = await context.use(fortiztp);
    const { serialNumbers, addresses } = to;
    const { signal } = context;
    const oid = Number(id);
    settings.assertWritable(`FortiManager ${oid}`);
    settings.managers.claims.claim(oid, `FortiManager ${serialNumbers.join(", ")}`);
    const entry = await settings.client.fortiManagers.get(oid, { signal });
    if (!entry)
      throw new Error(`FortiManager ${oid} is not in FortiZTP any more; run \`pulumi up --refresh\` to make it anew`);
    // A script that the program has never named stays; one that it names no more goes.
    const managed = from.inputs.scriptOid !== undefined || from.attempted?.scriptOid !== undefined;
    const scriptOid = to.scriptOid ?? (managed ? undefined : entry.scriptOid);
    const wanted = { serialNumbers, addresses, scriptOid };
    if (isSame(entry, wanted) && entry.scriptOid === scriptOid) return outputsOf(entry);
    try {
      return outputsOf(await write(settings, oid, wanted, signal));
    } catch (error) {
      // That the entry has a script that must go is what only the inputs that name it tell.
      const reached = scriptOid === undefined ? { scriptOid: entry.scriptOid } : undefined;
      if (mayHaveChanged(error)) context.accepted(id, outputsOf(entry), reached);
      throw error;
    }
  },

  async delete(context, id, { inputs }) {
    if (inputs.onDelete === "retain") return;
    const { settings } = await context.use(fortiztp);
    const { client, managers } = settings;
    const oid = Number(id);
    if (managers.claims.has(oid)) {
      context.warn(`FortiManager ${oid} stays: another resource of this program has taken it over`);
      return;
    }
    settings.assertWritable(`FortiManager ${oid}`);
    try {
      await managers.write(() => client.fortiManagers.delete(oid, { signal: context.signal }));
    } catch (error) {
      throw advise(error, { rejected: inUse });
    }
  },

  async *list(context) {
    const { settings } = await context.use(fortiztp);
    for (const entry of await settings.managers.all(context.signal)) {
      yield { id: String(entry.oid), name: (serialsOf(entry)[0] ?? String(entry.oid)).toLowerCase() };
    }
  },
});

/** The entry that a create takes over, and whether it is as wanted already; or why that is refused. */
interface Existing {
  entry?: FortiManager;
  same?: boolean;
  refused?: string;
}

interface Wanted extends FortiManagerWrite {
  adopt: "never" | "identical" | "update";
}

async function existing(settings: Settings, wanted: Wanted, { signal }: Context): Promise<Existing> {
  const serials = wanted.serialNumbers.map(normalizeSerial);
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
      `${which}, while the program wants ${describeWanted(wanted)}. ` +
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

function write(
  { client, managers }: Settings,
  oid: number,
  wanted: FortiManagerWrite,
  signal: AbortSignal,
): Promise<FortiManager> {
  return managers.write(() => client.fortiManagers.update(oid, wanted, { signal }));
}

function serialsOf(entry: FortiManager): string[] {
  return fortiManagerMembers(entry).serialNumbers.map(normalizeSerial);
}

function describe({ oid, sn, ip, scriptOid }: FortiManager): string {
  return `FortiManager ${oid} (${sn} at ${ip}${withScript(scriptOid)})`;
}

function describeWanted({ serialNumbers, addresses, scriptOid }: FortiManagerWrite): string {
  return `${serialNumbers.join(", ")} at ${addresses.join(", ")}${withScript(scriptOid)}`;
}

function withScript(oid: number | undefined): string {
  return oid === undefined ? "" : ` with script ${oid}`;
}

function outputsOf({ oid, updateTime, scriptOid }: { oid: number; updateTime?: string; scriptOid?: number }) {
  return { oid, updateTime, effectiveScriptOid: scriptOid };
}
