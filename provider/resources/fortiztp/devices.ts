import { z } from "zod";
import type { Device } from "../../clients/fortinet/fortiztp";
import { defineFunction } from "../../core/resource";
import { field, object } from "../../core/shape";
import { fortiztp } from "./service";

/** A device as the functions return it: every field of the vendor, under the names of the resource. */
const deviceFields = {
  serial: field(z.string(), { doc: "The serial number." }),
  deviceType: field(z.string(), { doc: "The product, such as FortiGate or FortiAP." }),
  provisionStatus: field(z.string(), { doc: "unprovisioned, incomplete, provisioned or hidden." }),
  provisionSubStatus: field(z.string().optional(), {
    doc: "While incomplete: waiting, provisioning or provisioningtoolong.",
  }),
  message: field(z.string().optional(), { doc: "What FortiZTP says about the sub-status." }),
  provisionTarget: field(z.string().optional(), { doc: "The management that it is sent to." }),
  region: field(z.string().optional(), { doc: "The region that it is sent to." }),
  availableRegions: field(z.array(z.string()).optional(), {
    doc: "The regions it could go to; only while unprovisioned.",
  }),
  fortiManagerOid: field(z.int().optional(), { doc: "The FortiManager entry that it is sent to." }),
  externalControllerSerial: field(z.string().optional(), { doc: "The serial of its controller." }),
  externalControllerAddress: field(z.string().optional(), { doc: "The address of its controller." }),
  scriptOid: field(z.int().optional(), { doc: "The pre-run CLI script." }),
  useDefaultScript: field(z.boolean().optional(), { doc: "Whether the script of the FortiManager entry runs." }),
  firmwareProfile: field(z.string().optional(), { doc: "The firmware profile in FortiGate Cloud." }),
  platform: field(z.string().optional(), { doc: "The VM platform." }),
  provisioningStartedAt: field(z.string().optional(), { doc: "When it was sent, ISO 8601." }),
  provisioningCompletedAt: field(z.string().optional(), { doc: "When it was done, ISO 8601." }),
};

const useCache = field(z.boolean().optional(), {
  doc: "Accept what FortiZTP has cached, which may be older. Default: false.",
  default: false,
});

function details(device: Device) {
  return {
    serial: device.deviceSN,
    deviceType: device.deviceType,
    provisionStatus: device.provisionStatus,
    provisionSubStatus: device.provisionSubStatus,
    message: device.message,
    provisionTarget: device.provisionTarget,
    region: device.availableRegions ? undefined : device.region,
    availableRegions: device.availableRegions,
    fortiManagerOid: device.fortiManagerOid,
    externalControllerSerial: device.externalControllerSn,
    externalControllerAddress: device.externalControllerIp,
    scriptOid: device.scriptOid,
    useDefaultScript: device.useDefaultScript,
    firmwareProfile: device.firmwareProfile,
    platform: device.platform,
    provisioningStartedAt: device.provisioningTimestamp,
    provisioningCompletedAt: device.provisioningCompleteTimestamp,
  };
}

export const getDevice = defineFunction({
  token: "fortiztp:getDevice",
  doc: "One device of the account. Fails when FortiZTP does not have it.",
  service: fortiztp,
  inputs: { serial: field(z.string().min(1), { doc: "The serial number." }), useCache },
  outputs: deviceFields,
  async run(context, { serial, useCache }) {
    const { fleet } = await context.use(fortiztp);
    const found = await fleet.client.devices.get(serial, { signal: context.signal, useCache });
    if (!found)
      throw new Error(`${serial} is not in this FortiCloud account; check the serial and the account of the API user`);
    return details(found);
  },
});

export const getDevices = defineFunction({
  token: "fortiztp:getDevices",
  doc: "The devices of the account, those that match all filters. One call, whatever their number.",
  service: fortiztp,
  inputs: {
    provisionStatus: field(z.enum(["provisioned", "unprovisioned", "hidden", "incomplete"]).optional(), {
      doc: "Only devices with this status. Default: all.",
    }),
    deviceType: field(z.string().optional(), { doc: "Only devices of this product. Default: all." }),
    serials: field(z.array(z.string()).optional(), { doc: "Only these serials. Default: all." }),
    useCache,
  },
  outputs: {
    devices: field(z.array(object("DeviceDetails", deviceFields, "A device as FortiZTP has it.")), {
      doc: "The devices, in the order of FortiZTP.",
    }),
    total: field(z.int(), { doc: "How many they are." }),
    hasCache: field(z.boolean().optional(), { doc: "Whether FortiZTP has cached data." }),
  },
  async run(context, filter) {
    const { fleet } = await context.use(fortiztp);
    const { devices, hasCache } = await fleet.client.devices.list(filter, { signal: context.signal });
    return { devices: devices.map(details), total: devices.length, hasCache };
  },
});
