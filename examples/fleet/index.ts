import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as ztp from "pulumi-ztp";
import { parse } from "yaml";

/** What the inventory file says: roles tell where devices go, sites list the devices by name. */
interface Inventory {
  roles: { [role: string]: Omit<ztp.fortiztp.DeviceArgs, "serial"> };
  sites: { [site: string]: { [name: string]: { serial: string; role: string } } };
}

const file = resolve(__dirname, new pulumi.Config("fleet").get("inventory") ?? "inventory.yaml");
const inventory: Inventory = parse(readFileSync(file, "utf8"));

for (const [site, devices] of Object.entries(inventory.sites)) {
  for (const [name, { serial, role }] of Object.entries(devices)) {
    new ztp.fortiztp.Device(`${site}-${name}`, { serial, ...inventory.roles[role] });
  }
}
