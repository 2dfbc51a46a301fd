// From boxes that were delivered to devices that know where to go: register, file, provision, in one `pulumi up`.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as ztp from "pulumi-ztp";
import { parse } from "yaml";

/** What branches.yaml says. Roles tell where boxes go when they first call home. */
interface Delivery {
  script: string;
  fortiManager: ztp.fortiztp.FortiManagerArgs;
  roles: { [role: string]: Omit<ztp.fortiztp.DeviceArgs, "serial"> };
  branches: { [branch: string]: Branch };
}

interface Branch {
  location: ztp.forticare.ProductArgs["location"];
  boxes: { [name: string]: { serial: string; role: string } };
}

const file = resolve(import.meta.dirname, new pulumi.Config().get("delivery") ?? "branches.yaml");
const { script, fortiManager, roles, branches }: Delivery = parse(readFileSync(file, "utf8"));

// Nothing takes a registration back, so what is wrong is told before the first one.
for (const { serial, role } of Object.values(branches).flatMap(({ boxes }) => Object.values(boxes))) {
  if (!roles[role])
    throw new pulumi.RunError(`${serial} has role ${role}; there are ${Object.keys(roles).join(", ")}.`);
}

// Contracts and FortiCloud keys are good for whoever has them, until they are used: they stand encrypted in the stack's
// configuration, by the name of their box:
//   pulumi config set --secret contracts:berlin-fw1 2401CT000001
//   pulumi config set --secret cloudKeys:oslo-fw1 KEYF0031
const contracts = new pulumi.Config("contracts");
const cloudKeys = new pulumi.Config("cloudKeys");

// FortiManager runs the script on a firewall that connects for the first time.
const firstContact = new ztp.fortiztp.Script("first-contact", { name: "first-contact", content: script });
const headquarters = new ztp.fortiztp.FortiManager("headquarters", { ...fortiManager, scriptOid: firstContact.oid });

// Products stay registered when the stack is destroyed, so the folders that they are in stay, too.
const onDelete = "retain";
const offices = new ztp.forticare.Folder("branches", { name: "Branch offices", onDelete });

for (const [branch, { location, boxes }] of Object.entries(branches)) {
  const folder = new ztp.forticare.Folder(branch, { name: branch, parentFolderId: offices.folderId, onDelete });

  for (const [box, { serial, role }] of Object.entries(boxes)) {
    const name = `${branch}-${box}`;

    // Registers the box, in the folder of its branch.
    const contract = contracts.getSecret(name);
    const product = new ztp.forticare.Product(name, {
      serialNumber: serial,
      cloudKey: cloudKeys.getSecret(name),
      contractNumbers: contract && [contract],
      description: name,
      folderId: folder.folderId,
      location,
    });

    // FortiZTP hears of a registration by itself, some time later. The device waits for that, for half an hour at most, and
    // is then told where to go.
    const target = roles[role];
    new ztp.fortiztp.Device(name, {
      serial: product.serialNumber,
      ...target,
      fortiManagerOid: target.provisionTarget === "FortiManager" ? headquarters.oid : undefined,
    });
  }
}
