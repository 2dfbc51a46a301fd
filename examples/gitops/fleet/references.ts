import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Region, Settings } from "./inventory.ts";
import type { Path, Problem } from "./source-file.ts";

/** What a schema cannot tell: names that lead nowhere, and devices and FortiManagers that are named twice. */
export function referenceProblems(regions: Region[], folder: string): Problem[] {
  const serials = new Owners();
  const fortiManagerSerials = new Owners();
  return regions.flatMap((region) => {
    const { inventory, source } = region;
    const { scripts = {}, fortiManagers = {}, defaults = {}, roles, sites } = inventory;
    const problems: Problem[] = [];
    const known = (what: string, names: object, name: string | undefined, path: Path): void => {
      if (name === undefined || Object.hasOwn(names, name)) return;
      const list = Object.keys(names).join(", ");
      problems.push(source.problem(path, `there is no ${what} ${name}${list ? `; there are: ${list}` : ""}`));
    };
    const settings = ({ fortiManager, script }: Settings, path: Path): void => {
      known("FortiManager", fortiManagers, fortiManager, [...path, "fortiManager"]);
      known("script", scripts, script, [...path, "script"]);
    };

    if (!existsSync(join(folder, `Pulumi.${region.name}.yaml`))) {
      const advice = `make it with \`pulumi stack init ${region.name}\``;
      problems.push(source.problem([], `has no Pulumi.${region.name}.yaml beside Pulumi.yaml; ${advice}`));
    }
    for (const [name, file] of Object.entries(scripts)) {
      if (existsSync(join(folder, "scripts", file))) continue;
      problems.push(source.problem(["scripts", name], `there is no file scripts/${file}`));
    }
    for (const [name, { serialNumbers, script }] of Object.entries(fortiManagers)) {
      const path = ["fortiManagers", name];
      known("script", scripts, script, [...path, "script"]);
      serialNumbers.forEach((serial, index) => {
        problems.push(...fortiManagerSerials.claim(region, serial, name, [...path, "serialNumbers", index]));
      });
    }
    settings(defaults, ["defaults"]);
    for (const [name, role] of Object.entries(roles)) settings(role, ["roles", name]);
    for (const [site, devices] of Object.entries(sites)) {
      for (const [name, device] of Object.entries(devices)) {
        const path = ["sites", site, name];
        known("role", roles, device.role, [...path, "role"]);
        settings(device, path);
        problems.push(...serials.claim(region, device.serial, `${site}-${name}`, [...path, "serial"]));
      }
    }
    return problems;
  });
}

/** Who named a serial first. Two owners would undo each other's work at every run. */
class Owners {
  readonly #owners = new Map<string, string>();

  claim({ source }: Region, serial: string, name: string, path: Path): Problem[] {
    const owner = this.#owners.get(serial);
    if (owner) return [source.problem(path, `${serial} is ${owner} already`)];
    this.#owners.set(serial, `${name} (${source.file}:${source.lineOf(path)})`);
    return [];
  }
}
