import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";

interface Project {
  name: string;
  main?: string;
  plugins?: Partial<Record<"providers" | "languages" | "analyzers", Array<{ name: string; path?: string }>>>;
}

/**
 * Writes a copy of the project file into `target` with every path made absolute. The CLI keeps stack settings beside the
 * project file it finds, so a command run in `target` leaves the original folder alone.
 */
export function writePrivateProject(source: string, target: string): void {
  const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(source, name)).find(existsSync);
  if (!file) throw new Error(`${source} has no Pulumi.yaml.`);
  const project = parse(readFileSync(file, "utf8")) as Project;
  project.main = resolve(source, project.main ?? ".");
  for (const plugin of Object.values(project.plugins ?? {}).flat()) {
    if (plugin.path) plugin.path = resolve(source, plugin.path);
  }
  writeFileSync(join(target, "Pulumi.yaml"), stringify(project));
}
