import { createHash } from "node:crypto";
import { z } from "zod";
import type { Script } from "../../clients/fortinet/fortiztp";
import { normalizeScriptContent, sameScriptContent } from "../../clients/fortinet/script-text";
import { isVendorError } from "../../clients/http/errors";
import type { Context } from "../../core/resource";
import { defineResource } from "../../core/resource";
import { field } from "../../core/shape";
import { fortiztp } from "./service";
import { advise, inUse, mayHaveChanged, type Settings } from "./settings";

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
    content: field(z.string().regex(/[^\r\n]/, "must hold at least one command"), {
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
    oid: field(z.int(), {
      doc: "The number by which devices and FortiManager entries name it.",
      stable: true,
      fromId: true,
    }),
    updateTime: field(z.string().optional(), { doc: "When FortiZTP last changed it, ISO 8601." }),
    contentSha256: field(z.string(), {
      doc: "The SHA-256 of the content, with LF line ends and none at the end, in hexadecimal digits.",
    }),
  },

  owns: ({ name }) => (typeof name === "string" ? [`FortiZTP script ${name}`] : []),

  async plan(context, { name, content, adopt }) {
    // Defaults stand in for what is absent, so what is missing here is not known yet.
    if (name === undefined || adopt === undefined) return {};
    const { settings } = await context.use(fortiztp);
    const { script, holds, refused } = await existing(settings, { name, content, adopt }, context);
    if (refused !== undefined) return { problems: [refused] };
    if (!script) return {};
    const overwritten = content !== undefined && holds === "other";
    return {
      outputs: { oid: script.oid },
      warnings: overwritten ? [`script ${name} (oid ${script.oid}) holds other content now; it is overwritten`] : [],
    };
  },

  async create(context, inputs) {
    const { settings } = await context.use(fortiztp);
    const { client, scripts } = settings;
    const { name, content, adopt = "identical" } = inputs;
    const { signal } = context;
    const what = `script ${name}`;
    const { script: found, holds, refused } = await existing(settings, { name, content, adopt }, context);
    if (refused !== undefined) throw new Error(refused);
    if (found) scripts.claims.claim(found.oid, what);
    if (found && holds === "same") return { id: String(found.oid), outputs: outputsOf(found, content) };
    settings.assertWritable(what);
    const oid = found?.oid ?? (await make(settings, name, context));
    const id = String(oid);
    try {
      await scripts.write(() => client.scripts.writeContent(oid, content, { signal }));
    } catch (error) {
      const takenBack = !found && isVendorError(error, "rejected") && (await isTakenBack(settings, oid));
      // What held content of its own is not ours before it holds the program's; the next run finds it by its name.
      if (!takenBack && holds !== "other") context.accepted(id, outputsOf({ oid }, ""));
      if (found) throw error;
      const stays = `Script ${oid} stays in FortiZTP without its content; the next \`pulumi up\` goes on with it.`;
      throw advise(error, { rejected: takenBack ? `Script ${oid} has been deleted again.` : stays });
    }
    context.accepted(id, outputsOf({ oid }, content));
    return { id, outputs: outputsOf(await current(settings, oid, context), content) };
  },

  async read(context, id, prior) {
    const { settings } = await context.use(fortiztp);
    const found = await settings.scripts.byId(id, ({ name }) => name === id, context.signal);
    const content = found && (await contentOf(settings, found.oid, context));
    if (!found || content === undefined) return undefined;
    if (!prior && isEmpty(content)) {
      const next = "declare it with its content, and `pulumi up` takes it over";
      throw new Error(`script ${found.oid} (${found.name}) has no content to import; ${next}`);
    }
    return { id: String(found.oid), inputs: { name: found.name, content }, outputs: outputsOf(found, content) };
  },

  async update(context, id, from, to) {
    const { settings } = await context.use(fortiztp);
    const { client, scripts } = settings;
    const { signal } = context;
    const oid = Number(id);
    settings.assertWritable(`script ${to.name}`);
    scripts.claims.claim(oid, `script ${to.name}`);
    // The state does not tell how far an interrupted run has come.
    const now =
      from.unfinished === undefined ? { ...from.inputs, ...from.outputs } : await held(settings, oid, context);
    let script: Described = { oid, updateTime: now.updateTime };
    let { content } = now;
    let changed = false;
    try {
      if (now.name !== to.name) {
        script = await scripts.write(() => client.scripts.rename(oid, to.name, { signal }));
        changed = true;
      }
      if (!sameScriptContent(content, to.content)) {
        await scripts.write(() => client.scripts.writeContent(oid, to.content, { signal }));
        content = to.content;
        changed = true;
        script = await current(settings, oid, context);
      }
      return outputsOf(script, content);
    } catch (error) {
      if (changed || mayHaveChanged(error)) context.accepted(id, outputsOf(script, content), { content });
      throw advise(error, { "not-found": "Run `pulumi up --refresh` to make it anew." });
    }
  },

  async delete(context, id, { inputs }) {
    if (inputs.onDelete === "retain") return;
    const { settings } = await context.use(fortiztp);
    const { client, scripts } = settings;
    const oid = Number(id);
    if (scripts.claims.has(oid)) {
      context.warn(`script ${oid} stays: another resource of this program has taken it over`);
      return;
    }
    settings.assertWritable(`script ${inputs.name}`);
    try {
      await scripts.write(() => client.scripts.delete(oid, { signal: context.signal }));
    } catch (error) {
      throw advise(error, { rejected: inUse });
    }
  },

  async *list(context) {
    const { settings } = await context.use(fortiztp);
    for (const { oid, name } of await settings.scripts.all(context.signal)) yield { id: String(oid), name };
  },
});

/** The script that a create takes over and what it holds, or why that is refused; nothing when there is none. */
interface Existing {
  script?: Script;
  /** The content that the program wants, none at all, or some other. */
  holds?: "same" | "nothing" | "other";
  refused?: string;
}

interface Wanted {
  name: string;
  /** Undefined while it is not known. */
  content: string | undefined;
  adopt: "never" | "identical" | "update";
}

async function existing(settings: Settings, { name, content, adopt }: Wanted, context: Context): Promise<Existing> {
  const named = await settings.scripts.candidates((candidate) => candidate.name === name, context.signal);
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
  const present = await contentOf(settings, script.oid, context);
  if (present === undefined) return {};
  // One without content is what an interrupted create leaves behind.
  if (isEmpty(present)) return { script, holds: "nothing" };
  if (content !== undefined && sameScriptContent(present, content)) return { script, holds: "same" };
  if (adopt === "update") return { script, holds: "other" };
  if (content === undefined) return {};
  return {
    refused:
      `${which} with other content (SHA-256 ${sha256(present).slice(0, 12)}…, the program's is ` +
      `${sha256(content).slice(0, 12)}…). Correct the program, import the script, or set adopt to "update" to overwrite it`,
  };
}

/** Makes a script without content. */
function make({ client, scripts }: Settings, name: string, { signal }: Context): Promise<number> {
  return scripts.write(async () => {
    const oid = await client.scripts.create(name, { before: await scripts.all(signal), signal });
    scripts.claims.claim(oid, `script ${name}`);
    return oid;
  });
}

/** Deletes a script that FortiZTP has taken without its content. False when that fails, too. */
async function isTakenBack({ client, scripts }: Settings, oid: number): Promise<boolean> {
  try {
    await scripts.write(() => client.scripts.delete(oid));
    scripts.claims.release(oid);
    return true;
  } catch {
    return false;
  }
}

/** What a script holds, "" for nothing; undefined only when FortiZTP says that there is no such script. */
async function contentOf({ client }: Settings, oid: number, { signal }: Context): Promise<string | undefined> {
  const content = await client.scripts.readContent(oid, { signal });
  if (content !== undefined) return content;
  // "No content" may be said of a script that is there.
  return (await client.scripts.get(oid, { signal })) && "";
}

/** The script as it is. */
async function held(settings: Settings, oid: number, context: Context) {
  const script = await settings.client.scripts.get(oid, { signal: context.signal });
  const content = script && (await contentOf(settings, oid, context));
  if (!script || content === undefined)
    throw new Error(`script ${oid} is not in FortiZTP any more; run \`pulumi up --refresh\` to make it anew`);
  return { name: script.name, updateTime: script.updateTime, content };
}

type Described = Pick<Script, "oid"> & { updateTime?: string };

async function current({ client }: Settings, oid: number, { signal }: Context): Promise<Described> {
  return (await client.scripts.get(oid, { signal })) ?? { oid };
}

function outputsOf({ oid, updateTime }: Described, content: string) {
  return { oid, updateTime, contentSha256: sha256(content) };
}

function isEmpty(content: string): boolean {
  return normalizeScriptContent(content) === "";
}

function sha256(content: string): string {
  return createHash("sha256").update(normalizeScriptContent(content)).digest("hex");
}
