import { z } from "zod";
import { normalizeMac } from "../../clients/mist/normal";
import { field } from "../../core/shape";
import { macText } from "./device-names";
import { siteIdField } from "./object-resource";
import type { InventoryDevice } from "./org-inventory";

export const macField = field(macText, {
  doc: "The MAC address, however it is spelled. That of another device is another assignment.",
  change: "replace",
  canonical: normalizeMac,
  references: "mist:DeviceClaim.mac",
});

/** A site that a device moves to when it changes. */
export function assignedSite(doc: string) {
  return { ...siteIdField(doc), change: "update" } as ReturnType<typeof siteIdField>;
}

export const mistConfigured = field(z.boolean().optional(), {
  doc:
    "Whether Mist configures the device, a switch or gateway: true for one that was adopted, false for one that was claimed " +
    "and keeps its own configuration. Mist's inventory does not tell it, so that a change by hand is not noticed. Default: " +
    "as Mist has it.",
});

export const noReassign = field(z.boolean().optional(), {
  doc:
    "Refuse a device that is at another site when the program first names it, instead of moving it from there. Default: " +
    "false.",
  change: "local",
  default: false,
});

export const timeoutSeconds = field(z.int().positive().optional(), {
  doc: "How long the inventory may take to show what Mist has taken, in seconds. Default: 30.",
  change: "local",
  default: 30,
});

export const timeoutOf = (inputs: { timeoutSeconds?: number }): number => inputs.timeoutSeconds ?? 30;

/** What every resource of one device tells of it. */
export const deviceOutputs = {
  deviceId: field(z.string(), {
    doc: "The id by which Mist configures the device at its site; of a member that of its virtual chassis.",
    stable: true,
  }),
  serial: field(z.string().optional(), { doc: "The serial number.", stable: true }),
  model: field(z.string().optional(), { doc: "The model, such as AP45.", stable: true }),
  deviceType: field(z.string().optional(), { doc: "ap, switch or gateway.", stable: true }),
  organizationId: field(z.string(), { doc: "The organization that has the device.", stable: true }),
  chassisMac: field(z.string().optional(), {
    doc: "The MAC address of the virtual chassis that it is, or is a member of.",
  }),
};

export function deviceOutputsOf(device: InventoryDevice, holder: InventoryDevice, organizationId: string) {
  const { serial, model, deviceType, chassisMac } = device;
  return { deviceId: holder.deviceId, serial, model, deviceType, organizationId, chassisMac };
}
