import { z } from "zod";
import { defineFunction } from "../../core/resource";
import { field, object } from "../../core/shape";
import { deviceFields, deviceOf, progressFields } from "./device-fields";
import { serialField } from "./job-inputs";
import { panos, workDirectoryOf } from "./service";
import { comparison, postFlight, preFlight } from "./validation-fields";

const text = (doc: string) => field(z.string().optional(), { doc });

const about = { serial: serialField("The device.") };

export const getDeviceStatus = defineFunction({
  token: "panos:getDeviceStatus",
  doc:
    "What the daemon last wrote of a device. It names no job: until a worker begins, it is from the previous one. Fails for a " +
    "device that the daemon has never dealt with; `getDeviceProgress` calls that unknown.",
  service: panos,
  inputs: about,
  outputs: {
    ...withoutSerial(deviceFields),
    stale: progressFields.stale,
    lastUpdated: text("When the daemon began with it or noted an error, ISO 8601: no sign of life."),
  },
  async run(context, { serial }) {
    const { client } = await workDirectoryOf(context);
    const status = await client.devices.status(serial, context);
    if (!status)
      throw new Error(
        `the daemon has written nothing of device ${serial}: it writes when a worker begins with the device`,
      );
    const { serial: _, ...rest } = deviceOf(status);
    return { ...rest, stale: status.stale, lastUpdated: status.lastUpdated };
  },
});

export const getDeviceProgress = defineFunction({
  token: "panos:getDeviceProgress",
  doc: "How far a device is; one that the daemon has never dealt with is unknown.",
  service: panos,
  inputs: about,
  outputs: withoutSerial(progressFields),
  async run(context, { serial }) {
    const { client } = await workDirectoryOf(context);
    const { serial: _, ...progress } = await client.devices.progress(serial, context);
    return progress;
  },
});

export const getPreFlight = defineFunction({
  token: "panos:getPreFlight",
  doc: "What was last measured on a device before an upgrade; none where nothing was.",
  service: panos,
  inputs: about,
  outputs: { preFlight: field(preFlight.optional(), { doc: "The newest measurement." }) },
  async run(context, { serial }) {
    const { client } = await workDirectoryOf(context);
    return { preFlight: await client.validation.preFlight(serial, context) };
  },
});

export const getPostFlight = defineFunction({
  token: "panos:getPostFlight",
  doc: "What the last upgrade of a device changed; none where nothing was compared.",
  service: panos,
  inputs: about,
  outputs: { postFlight: field(postFlight.optional(), { doc: "The newest comparison." }) },
  async run(context, { serial }) {
    const { client } = await workDirectoryOf(context);
    return { postFlight: await client.validation.postFlight(serial, context) };
  },
});

export const getValidationSummary = defineFunction({
  token: "panos:getValidationSummary",
  doc: "Whether the last upgrade of a device has left it as it was, and what not.",
  service: panos,
  inputs: about,
  outputs: {
    passed: field(z.boolean().optional(), {
      doc: "Whether everything is within its margin; none where nothing was compared.",
    }),
    preFlightAt: text("When it was measured before, ISO 8601."),
    postFlightAt: text("When it was compared."),
    comparison: field(comparison.optional(), { doc: "What changed." }),
    beyond: field(z.array(z.string()), { doc: "What is beyond its margin, such as routes -2." }),
  },
  async run(context, { serial }) {
    const { client } = await workDirectoryOf(context);
    const { serial: _, ...summary } = await client.validation.summary(serial, context);
    return summary;
  },
});

export const getInventory = defineFunction({
  token: "panos:getInventory",
  doc: "The devices that the daemon knows, as of its last discovery: an upgrade changes nothing here. Only these can be upgraded.",
  service: panos,
  inputs: {
    deviceType: field(z.enum(["standalone", "ha_pair", "unknown"]).optional(), { doc: "Only those of this type." }),
    model: field(z.string().optional(), { doc: "Only those of this model." }),
    version: field(z.string().optional(), { doc: "Only those that ran this version." }),
  },
  outputs: {
    devices: field(
      z.array(
        object(
          "InventoryDevice",
          {
            serial: field(z.string(), { doc: "Its serial." }),
            hostname: text("Its name."),
            mgmtIp: text("Its management address: without one it cannot be upgraded."),
            currentVersion: text("The version that it ran."),
            model: text("Its model."),
            deviceType: text("standalone, ha_pair or unknown."),
            peerSerial: text("The other member of its pair."),
            haState: text("active, passive and so on."),
            discoveredAt: text("When it was discovered, ISO 8601."),
          },
          "A device as the daemon has discovered it.",
        ),
      ),
      { doc: "The devices, by serial." },
    ),
    lastUpdated: text("When the last discovery was."),
  },
  async run(context, { deviceType, model, version }) {
    const { client } = await workDirectoryOf(context);
    const { devices, lastUpdated } = await client.config.inventory();
    const chosen = [...devices.values()].filter(
      (device) =>
        (deviceType === undefined || device.deviceType === deviceType) &&
        (model === undefined || device.model === model) &&
        (version === undefined || device.currentVersion === version),
    );
    return { devices: chosen.sort((a, b) => (a.serial < b.serial ? -1 : 1)), lastUpdated };
  },
});

export const getUpgradePath = defineFunction({
  token: "panos:getUpgradePath",
  doc: "Where the upgrade paths lead from a version. The daemon skips devices that run a version where none begins.",
  service: panos,
  inputs: { version: field(z.string().min(1), { doc: "The version that a device runs." }) },
  outputs: {
    path: field(z.array(z.string()).optional(), { doc: "The versions to go through; none where no path begins." }),
    targetVersion: text("The last of them."),
    restartRequired: field(z.boolean(), {
      doc: "Whether the file was written after the daemon was started, which goes by what it read then.",
    }),
  },
  async run(context, { version }) {
    const { client } = await workDirectoryOf(context);
    const { path, targetVersion, restartRequired } = await client.config.upgradePath(version);
    return { path: path && [...path], targetVersion, restartRequired };
  },
});

function withoutSerial<F extends { serial: unknown }>({ serial: _, ...fields }: F): Omit<F, "serial"> {
  return fields;
}
