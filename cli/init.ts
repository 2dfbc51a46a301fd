import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isMap, parseDocument } from "yaml";
import type { Context, Service } from "../provider/core/resource";
import { Services } from "../provider/core/services";
import type { ValueMap } from "../provider/core/values";
import { configurationResolver } from "../provider/hosts/configuration";
import { packageName } from "../provider/hosts/tokens";
import { type Registry, registry } from "../provider/registry";
import { findProject, NoStack, namespaceOf, readStackConfig } from "./project";

const help = `Usage: ztp init [--stack <name>] [--no-check]

Writes the plugin into the Pulumi.yaml of this project, so that its resources use the plugin host, and checks the
credentials that the stack's configuration and the environment give. Can be run again at any time.

  --stack <name>  the stack whose configuration is read; default: the selected one
  --no-check      only write Pulumi.yaml
`;

/** `ztp init`: see its help. Fails when credentials are given but do not work. */
export async function init(args: string[]): Promise<void> {
  const options = { help: { type: "boolean" }, stack: { type: "string" }, "no-check": { type: "boolean" } } as const;
  const { values } = parseArgs({ args, options });
  if (values.help) return print(help);
  const project = findProject(process.cwd());
  print(writePlugin(project, pluginFolder()));
  if (!values["no-check"]) await checkCredentials(registry, await stackConfig(dirname(project), values.stack));
}

/** Adds the plugin to a project file, or corrects its path, and keeps everything else as it is written. Says what it did. */
export function writePlugin(projectFile: string, plugin: string): string {
  const document = parseDocument(readFileSync(projectFile, "utf8"));
  if (document.errors.length > 0) throw new Error(`${projectFile} is not valid YAML: ${document.errors[0]?.message}`);
  const path = relative(dirname(projectFile), plugin).replaceAll("\\", "/");
  const providers = document.getIn(["plugins", "providers"]);
  const entries = (document.toJS()?.plugins?.providers ?? []) as { name?: string; path?: string }[];
  const index = entries.findIndex(({ name }) => name === packageName);
  if (entries[index]?.path === path) return `${projectFile} names the plugin already.\n`;
  if (index >= 0) document.setIn(["plugins", "providers", index, "path"], path);
  else if (providers) document.addIn(["plugins", "providers"], document.createNode({ name: packageName, path }));
  else if (isMap(document.get("plugins"))) document.setIn(["plugins", "providers"], [{ name: packageName, path }]);
  else document.set("plugins", document.createNode({ providers: [{ name: packageName, path }] }));
  writeFileSync(projectFile, document.toString());
  return `${projectFile} names the plugin now: ${path}\n`;
}

/** Where the installed package has its plugin, by the shortest way that a project would write. */
function pluginFolder(): string {
  const installed = resolve("node_modules/pulumi-ztp/plugin");
  return existsSync(installed) ? installed : resolve(__dirname, "../../plugin");
}

/** The `ztp:` part of a stack's configuration; empty without a CLI or a stack, since the environment may say it all. */
async function stackConfig(folder: string, stack: string | undefined): Promise<ValueMap> {
  const config = await readStackConfig(folder, stack);
  if (!(config instanceof NoStack)) return namespaceOf(config, packageName);
  print(`Only the environment is looked at for credentials: ${config.reason}\n`);
  return {};
}

/** Signs in to every service that has any configuration, and says who answered. */
export async function checkCredentials({ resources, functions }: Registry, config: ValueMap): Promise<void> {
  const configured = new Services(configurationResolver(config, true, process.env), (message) => print(`${message}\n`));
  const services = new Set<Service<unknown>>([...resources, ...functions].map(({ service }) => service));
  const failures: string[] = [];
  for (const service of services) {
    const problems = configured.problems(service);
    // A service may find what it needs in variables that other tools use as well.
    if (!configured.isConfigured(service) && problems.length > 0) {
      print(`${service.name}: not configured.\n${problems.map((problem) => `  ${problem}\n`).join("")}`);
      continue;
    }
    try {
      print(`${service.name}: ${await service.probe?.(contextOf(configured))}\n`);
    } catch (error) {
      const { message, kind } = error as Error & { kind?: string };
      // One API user need not have every service of its vendor.
      if (kind === "forbidden") print(`${service.name}: ${message}\n`);
      else failures.push(`${service.name}: ${message}`);
    }
  }
  if (failures.length > 0) throw new Error(failures.join("\n"));
}

function contextOf(services: Services): Context {
  return {
    urn: undefined,
    signal: AbortSignal.timeout(60_000),
    use: (service) => services.use(service),
    progress: () => {},
    warn: (message) => print(`${message}\n`),
  };
}

function print(text: string): void {
  process.stdout.write(text);
}
