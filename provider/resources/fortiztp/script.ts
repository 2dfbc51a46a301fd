import { createHash } from "node:crypto";
import { z } from "zod";
import type { Script } from "../../clients/fortinet/fortiztp";
import { normalizeScriptContent, sameScriptContent } from "../../clients/fortinet/script-text";
import type { Context } from "../../core/resource";
import { defineResource } from "../../core/resource";
import { field } from "../../core/shape";
import { fortiztp } from "./service";
import type { Settings } from "./settings";

export const script = defineResource({
  token: "fortiztp:Script",
  doc: [
    "A FortiOS CLI script that FortiManager runs on a device when it first connects.",
    "Create uploads it under an oid that FortiZTP invents, and reads it back: it succeeds only when FortiZTP holds",
    "exactly what was sent. A script of the same name and content is taken over.",
    "Update changes name or content in place, under the same oid. Devices that have run the script do not run it again;",
    "those that have not yet called home run the new content.",
    "Delete removes it from FortiZTP, or leaves it there with `onDelete: retain`; no device is touched. FortiZTP may refuse",
    "while a device or a FortiManager entry still names it.",
  ].join(" "),
  example: `const baseline = new ztp.fortiztp.Script("baseline", {
  name: "branch-baseline",
  content: config.requireSecret("baseline"),
});`,
  service: fortiztp,
  inputs: {
    name: field(z.string().min(1), { doc: "The name in the FortiZTP portal." }),
    content: field(z.string().min(1), {
      doc: "The FortiOS CLI commands. Line ends (CRLF or LF) and line breaks at the end make no difference.",
      secret: true,
      canonical: normalizeScriptContent,
    }),
    adopt: field(z.enum(["never", "identical", "update"]).optional(), {
      doc:
        "What create does with a script of the same name. identical: take it over when it has the same content or none, " +
        "else refuse. update: take it over and write the content. never: refuse. Default: identical.",
      change: "local",
      default: "identical",
    }),
    onDelete: field(z.enum(["delete", "retain"]).optional(), {
      doc: "What delete does: delete removes the script from FortiZTP, retain leaves it there. Default: delete.",
      change: "local",
      default: "delete",
    }),
  },
  outputs: {
    oid: field(z.int(), { doc: "The number by which devices and FortiManager entries name it.", stable: true }),
    updateTime: field(z.string().optional(), { doc: "When FortiZTP last changed it, ISO 8601." }),
    contentSha256: field(z.string(), {
      doc: "The SHA-256 of the content, with LF line ends and none at the end, in hexadecimal digits.",
    }),
  },

  async plan(context, { name, content, adopt = "identical" }) {
    if (name === undefined || content === undefined) return {};
    const { settings } = await context.use(fortiztp);
    const found = await existing(settings, { name, content, adopt }, context);
    if (found.refused) return { problems: [found.refused] };
    return found.script ? { outputs: { oid: found.script.oid } } : {};
  },

  async create(context, inputs) {
    const { settings } = await context.use(fortiztp);
    const { signal } = context;
    const found = await existing(settings, { adopt: "identical", ...inputs }, context);
    if (found.refused) throw new Error(found.refused);
    settings.assertWritable(`script ${inputs.name}`);
    const before = await settings.scripts.all(signal);
    const oid = found.script?.oid ?? (await settings.client.scripts.create(inputs.name, { before, signal }));
    settings.scripts.claim(oid, `script ${inputs.name}`);
    const id = String(oid);
    if (found.script && found.same) return { id, outputs: outputsOf(found.script, inputs.content) };
    settings.scripts.changed();
    try {
      await settings.client.scripts.writeContent(oid, inputs.content, { signal });
    } catch (error) {
      const kept = found.script !== undefined || !isRefusal(error) || !(await takenBack(settings, oid));
      if (kept) context.accepted(id, outputsOf({ oid }, inputs.content));
      throw error;
    }
    return { id, outputs: outputsOf(await current(settings, oid, context), inputs.content) };
  },

  async read(context, id, prior) {
    const { settings } = await context.use(fortiztp);
    const found = await settings.scripts.byId(id, ({ name }) => name === id, context.signal);
    if (!found) return undefined;
    const content = (await settings.client.scripts.readContent(found.oid, { signal: context.signal })) ?? "";
    // Between the list and the content somebody may have deleted it: only the script itself can tell.
    if (content === "" && !(await settings.client.scripts.get(found.oid, { signal: context.signal }))) return undefined;
    if (!prior && content === "") throw new Error(`script ${found.oid} (${found.name}) has no content to import`);
    return { id: String(found.oid), inputs: { name: found.name, content }, outputs: outputsOf(found, content) };
  },

  async update(context, id, from, to) {
    const { settings } = await context.use(fortiztp);
    const { signal } = context;
    const oid = Number(id);
    settings.assertWritable(`script ${to.name}`);
    if (from.inputs.name !== to.name || from.unfinished) await settings.client.scripts.rename(oid, to.name, { signal });
    context.accepted(id, outputsOf({ oid }, to.content));
    if (from.unfinished || !sameScriptContent(from.inputs.content, to.content)) {
      await settings.client.scripts.writeContent(oid, to.content, { signal });
    }
    return outputsOf(await current(settings, oid, context), to.content);
  },

  async delete(context, id, { inputs }) {
    if (inputs.onDelete === "retain") return;
    const { settings } = await context.use(fortiztp);
    const oid = Number(id);
    if (settings.scripts.isClaimed(oid)) {
      context.warn(`script ${oid} stays: another resource of this program has taken it over`);
      return;
    }
    settings.assertWritable(`script ${inputs.name}`);
    await settings.client.scripts.delete(oid, { signal: context.signal });
    settings.scripts.release(oid);
  },

  async *list(context) {
    const { settings } = await context.use(fortiztp);
    for (const { oid, name } of await settings.scripts.all(context.signal)) yield { id: String(oid), name };
  },
});

/** The script that a create takes over, and whether it holds the content already; or why that is refused. */
type Existing = { script?: Script; same?: boolean; refused?: undefined } | { refused: string; script?: undefined };

interface Wanted {
  name: string;
  content: string;
  adopt: "never" | "identical" | "update";
}

async function existing(settings: Settings, { name, content, adopt }: Wanted, context: Context): Promise<Existing> {
  const { signal } = context;
  const named = await settings.scripts.candidates((candidate) => candidate.name === name, signal);
  const [script] = named;
  if (!script) return {};
  const which = `FortiZTP already has a script ${name} (oid ${script.oid})`;
  if (named.length > 1) {
    const oids = named.map(({ oid }) => oid).join(", ");
    return {
      refused: `FortiZTP has ${named.length} scripts ${name} (oids ${oids}); import one of them, or choose another name`,
    };
  }
  if (adopt === "never") return { refused: `${which}, and adopt is "never"; import it, or set adopt to "identical"` };
  const held = (await settings.client.scripts.readContent(script.oid, { signal })) ?? "";
  const same = sameScriptContent(held, content);
  // One without content is what an interrupted create leaves behind.
  if (same || held === "" || adopt === "update") return { script, same };
  return {
    refused:
      `${which} with other content (SHA-256 ${sha256(held).slice(0, 12)}…, the program's is ` +
      `${sha256(content).slice(0, 12)}…). Correct the program, import the script, or set adopt to "update" to overwrite it`,
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && "kind" in error && error.kind === "rejected";
}

/** Deletes a script that FortiZTP has taken without its content. */
async function takenBack(settings: Settings, oid: number): Promise<boolean> {
  try {
    await settings.client.scripts.delete(oid);
    settings.scripts.release(oid);
    return true;
  } catch {
    return false;
  }
}

async function current(
  settings: Settings,
  oid: number,
  { signal }: Context,
): Promise<Pick<Script, "oid" | "updateTime">> {
  settings.scripts.changed();
  return (await settings.client.scripts.get(oid, { signal })) ?? { oid, updateTime: undefined };
}

function outputsOf({ oid, updateTime }: { oid: number; updateTime?: string }, content: string) {
  return { oid, updateTime, contentSha256: sha256(content) };
}

function sha256(content: string): string {
  return createHash("sha256").update(normalizeScriptContent(content)).digest("hex");
}
