import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as ztp from "pulumi-ztp";
import { devicesOf, readFleet } from "./fleet/inventory.ts";
import { fillIn, placeholdersOf } from "./fleet/script-text.ts";
import { describe } from "./fleet/source-file.ts";

const folder = import.meta.dirname;
const config = new pulumi.Config();
// One stack a region: what the inventory of that name says.
const stack = pulumi.getStack();

const { names, regions, problems } = readFleet(folder);
if (problems.length > 0) throw new pulumi.RunError(problems.map(describe).join("\n"));
const region = regions.find(({ name }) => name === stack);
if (!region) throw new pulumi.RunError(`There is no inventory/${stack}.yaml; the regions are ${names.join(", ")}.`);
const { scripts = {}, fortiManagers = {} } = region.inventory;

/** The text of a script, with what the stack's configuration says in place of every `${name}`: secret as a whole. */
function scriptText(file: string): pulumi.Output<string> {
  const text = readFileSync(join(folder, "scripts", file), "utf8");
  const values = placeholdersOf(text).map((name) => [name, config.requireSecret(name)]);
  return pulumi.all(Object.fromEntries(values)).apply((known) => fillIn(text, known));
}

// Regions may share an account, where every script needs a name of its own.
const scriptOids = new Map<string | undefined, pulumi.Output<number>>();
for (const [name, file] of Object.entries(scripts)) {
  const script = new ztp.fortiztp.Script(name, { name: `${stack}-${name}`, content: scriptText(file) });
  scriptOids.set(name, script.oid);
}

const fortiManagerOids = new Map<string | undefined, pulumi.Output<number>>();
for (const [name, { script, ...entry }] of Object.entries(fortiManagers)) {
  const fortiManager = new ztp.fortiztp.FortiManager(name, { ...entry, scriptOid: scriptOids.get(script) });
  fortiManagerOids.set(name, fortiManager.oid);
}

for (const [name, { fortiManager, script, ...args }] of Object.entries(devicesOf(region.inventory))) {
  new ztp.fortiztp.Device(name, {
    ...args,
    fortiManagerOid: fortiManagerOids.get(fortiManager),
    scriptOid: scriptOids.get(script),
  });
}
