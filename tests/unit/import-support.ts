import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { z } from "zod";
import type { Imported } from "../../cli/import/expressions";
import { type ImportOptions, runImport } from "../../cli/import/run";
import type { Terminal } from "../../cli/import/terminal";
import { type Pulumi, PulumiError } from "../../cli/pulumi";
import { defineResource, type Resource } from "../../provider/core/resource";
import { field, object } from "../../provider/core/shape";
import { importedInputs } from "../../provider/core/state";
import type { ValueMap } from "../../provider/core/values";
import type { Registry } from "../../provider/registry";
import { acme, acmeConfig } from "./support";

/** What Acme has: the inputs and outputs of its objects by type and id. */
export type Account = { [token: string]: { [id: string]: ValueMap & { title?: string } } };

const never = async (): Promise<never> => {
  throw new Error("an import writes nothing");
};

/** Resources whose objects stand in an account, and who counts how often each is read. */
export function acmeRegistry(account: Account, reads: string[] = []): Registry {
  const verbs = (token: string) => ({
    service: acme,
    create: never,
    update: never,
    delete: never,
    async read(_: unknown, id: string) {
      reads.push(`${token} ${id}`);
      const values = account[token]?.[id];
      if (!values) return undefined;
      if (values.broken) throw new Error(`${id} is broken`);
      return { inputs: values as object, outputs: { oid: Number(id) } };
    },
    async *list() {
      if (account[token]?.broken) throw new Error(`${token} cannot be listed`);
      for (const [id, { title, name }] of Object.entries(account[token] ?? {}))
        yield { id, name: String(title ?? name ?? id) };
    },
  });
  const oid = field(z.int(), { doc: "The number." });
  const note = field(z.string().optional(), { doc: "A note." });
  const key = field(z.string().optional(), { doc: "A key.", secret: true });
  const site = defineResource({
    token: "acme:Site",
    doc: "A site.",
    ...verbs("acme:Site"),
    inputs: {
      name: field(z.string(), { doc: "Its name." }),
      gatewayOid: field(z.int().optional(), { doc: "Its gateway.", references: "acme:Gateway.oid" }),
      note,
      key,
      radio: field(
        object("Radio", {
          channels: field(z.array(z.int()).optional(), { doc: "Channels." }),
          key,
          uplinks: field(z.array(z.int()).optional(), { doc: "Gateways.", references: "acme:Gateway.oid" }),
        }).optional(),
        { doc: "A radio." },
      ),
      guests: field(z.array(object("Guest", { name: note, pin: key })).optional(), { doc: "Guests." }),
      labels: field(z.record(z.string(), z.string()).optional(), { doc: "Labels." }),
      extra: field(z.any().optional(), { doc: "Anything." }),
      limit: field(z.int().optional(), { doc: "A secret number.", secret: true }),
    },
    outputs: { oid },
  });
  const gateway = defineResource({
    token: "acme:Gateway",
    doc: "A gateway.",
    ...verbs("acme:Gateway"),
    inputs: {
      serial: field(z.string(), { doc: "Its serial.", canonical: (text) => text.toUpperCase() }),
      target: field(z.string().optional(), { doc: "Where it goes." }),
      siteOid: field(z.int().optional(), { doc: "Its site.", references: "acme:Site.oid" }),
      backup: field(z.string().optional(), {
        doc: "The serial of another.",
        references: "acme:Gateway.serial",
        canonical: (text) => text.toUpperCase(),
      }),
      retries: field(z.int().optional(), { doc: "How often.", default: 3 }),
      power: field(z.enum(["low", "high"]).optional(), { doc: "How strong." }),
    },
    rules: [{ needs: ["target"], check: ({ target }) => (target === "nowhere" ? "nowhere is no target" : undefined) }],
    owns: ({ serial }) => (serial ? [`gateway ${serial.toUpperCase()}`] : []),
    outputs: { oid },
  });
  const fleet: Resource = defineResource({
    token: "acme:Fleet",
    doc: "Gateways that exist in programs only.",
    ...verbs("acme:Fleet"),
    list: undefined,
    inputs: { serials: field(z.array(z.string()), { doc: "The serials." }) },
    owns: ({ serials }) => (serials ?? []).map((serial) => `gateway ${serial.toUpperCase()}`),
    outputs: { oid },
  });
  return { config: [acmeConfig], resources: [site, gateway, fleet], functions: [] };
}

/** Objects as they have been read, without asking anybody. */
export function imported(account: Account): Imported[] {
  const { resources } = acmeRegistry(account);
  return resources.flatMap((resource) =>
    Object.entries(account[resource.token] ?? {}).map(([id, { title, ...values }]): Imported => {
      const inputs = importedInputs(resource.inputs, values);
      return {
        resource,
        id,
        name: String(title ?? values.name ?? id),
        inputs,
        outputs: { ...inputs, oid: Number(id) },
      };
    }),
  );
}

export interface ProjectOptions {
  host?: "plugin" | "dynamic";
  /** What the CLI knows; without a stack it says that none is selected. */
  stack?: { config?: { [key: string]: string }; resources?: object[] };
}

/** A project in a folder of its own, whose Pulumi CLI is a stand-in that keeps what it is asked for. */
export function project({ host = "plugin", stack }: ProjectOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), "ztp-import-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const plugins = host === "plugin" ? "\nplugins: { providers: [{ name: ztp, path: plugin }] }" : "";
  writeFileSync(join(folder, "Pulumi.yaml"), `name: fleet\nruntime: nodejs${plugins}\n`);
  const commands: { args: string[]; input?: string }[] = [];
  const pulumi: Pulumi = async (args, { input }) => {
    commands.push({ args: [...args], input });
    if (!stack) throw new PulumiError("no stack selected", true);
    if (args[1] === "export") return JSON.stringify({ deployment: { resources: stack.resources } });
    if (args[1] === "--show-name") return "dev\n";
    const values = Object.entries(stack.config ?? {}).map(([key, value]) => [key, { value }]);
    return JSON.stringify(Object.fromEntries(values));
  };
  return { folder, pulumi, commands };
}

/** A terminal that keeps what it is told. */
export function listener(interactive = false) {
  const said = { out: "", error: "" };
  const terminal: Terminal = {
    out(text) {
      said.out += text;
    },
    error(text) {
      said.error += text;
    },
    interactive,
  };
  return { said, terminal };
}

/** The options of the command when nothing is said. */
export const usual: ImportOptions = {
  services: [],
  types: [],
  match: [],
  dryRun: false,
  out: ".",
  force: false,
  config: true,
};

/** Runs the command in a project with what Acme has. */
export async function run(
  account: Account,
  place: { folder: string; pulumi: Pulumi; environment?: NodeJS.ProcessEnv },
  options: Partial<ImportOptions> = {},
  reads: string[] = [],
): Promise<{ ok: boolean; out: string; error: string }> {
  const { said, terminal } = listener();
  const registry = acmeRegistry(account, reads);
  const surroundings = { registry, environment: { ZTP_ACME_TOKEN: "token" }, terminal, ...place };
  return { ok: await runImport({ ...usual, ...options }, surroundings), ...said };
}
