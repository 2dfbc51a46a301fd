import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as ztp from "pulumi-ztp";
import { parse } from "yaml";

type Target = Omit<ztp.fortiztp.DeviceArgs, "serial">;

/** What the inventory file says. Roles tell where devices go, and name a FortiManager; sites list devices by name. */
interface Inventory {
  scripts: { [name: string]: string };
  fortiManagers: { [name: string]: { serialNumbers: string[]; addresses: string[]; script?: string } };
  roles: { [role: string]: Target & { fortiManager?: string } };
  sites: { [site: string]: { [name: string]: { serial: string; role: string } } };
}

const file = resolve(__dirname, new pulumi.Config("fleet").get("inventory") ?? "inventory.yaml");
const { scripts, fortiManagers, roles, sites }: Inventory = parse(readFileSync(file, "utf8"));

const scriptOids = new Map<string, pulumi.Input<number>>();
for (const [name, content] of Object.entries(scripts)) {
  scriptOids.set(name, new ztp.fortiztp.Script(name, { name, content }).oid);
}

const fortiManagerOids = new Map<string, pulumi.Input<number>>();
for (const [name, { script = "", ...members }] of Object.entries(fortiManagers)) {
  const entry = new ztp.fortiztp.FortiManager(name, { ...members, scriptOid: scriptOids.get(script) });
  fortiManagerOids.set(name, entry.oid);
}

for (const [site, devices] of Object.entries(sites)) {
  for (const [name, { serial, role }] of Object.entries(devices)) {
    const { fortiManager, ...target } = roles[role] ?? { provisionTarget: role };
    const oid = fortiManager === undefined ? {} : { fortiManagerOid: fortiManagerOids.get(fortiManager) };
    new ztp.fortiztp.Device(`${site}-${name}`, { serial, ...target, ...oid });
  }
}
