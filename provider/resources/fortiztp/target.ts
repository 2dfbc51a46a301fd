import type { Device, DeviceWrite } from "../../clients/fortinet/fortiztp";
import type { ValuesOf } from "../../core/shape";
import type { targetInputs } from "./device-inputs";

/** Where the program wants a device to go. */
export type Target = { serial: string; deviceType?: string } & ValuesOf<typeof targetInputs>;

/** The complete desired object: the vendor does not say whether a PUT merges or replaces. */
export function provisionWrite(target: Target, device: Device): DeviceWrite {
  return {
    deviceSN: device.deviceSN,
    deviceType: device.deviceType,
    provisionStatus: "provisioned",
    provisionTarget: target.provisionTarget,
    region: target.region,
    externalControllerSn: target.externalControllerSerial,
    externalControllerIp: target.externalControllerAddress,
    platform: target.platform,
    firmwareProfile: target.firmwareProfile,
    fortiManagerOid: target.fortiManagerOid,
    scriptOid: target.scriptOid,
    useDefaultScript: target.useDefaultScript || undefined,
  };
}

export function unprovisionWrite(device: Device): DeviceWrite {
  return { deviceSN: device.deviceSN, deviceType: device.deviceType, provisionStatus: "unprovisioned" };
}

/** A device that has been sent somewhere, whether or not it has called home since. */
export function isAssigned(device: Device): boolean {
  return device.provisionStatus === "provisioned" || device.provisionStatus === "incomplete";
}

/** `FortiManager 3 with its default script`, `FortiGateCloud in region europe`: as a user would say it. */
export function describeTarget(target: Partial<Target>): string {
  const parts = [
    [target.provisionTarget, target.fortiManagerOid].filter((part) => part !== undefined).join(" "),
    target.externalControllerSerial,
    target.externalControllerAddress && `at ${target.externalControllerAddress}`,
    target.region && `in region ${target.region}`,
    target.firmwareProfile && `with firmware profile ${target.firmwareProfile}`,
    target.platform && `as ${target.platform}`,
    target.scriptOid !== undefined && `with script ${target.scriptOid}`,
    target.useDefaultScript && "with its default script",
  ];
  return parts.filter(Boolean).join(" ");
}

/** Where the vendor says that a device goes. */
export function deviceTarget(device: Device): Partial<Target> {
  return {
    provisionTarget: device.provisionTarget,
    region: device.region,
    fortiManagerOid: device.fortiManagerOid,
    externalControllerSerial: device.fortiManagerOid === undefined ? device.externalControllerSn : undefined,
    externalControllerAddress: device.fortiManagerOid === undefined ? device.externalControllerIp : undefined,
    scriptOid: device.scriptOid,
    useDefaultScript: device.useDefaultScript || undefined,
    firmwareProfile: device.firmwareProfile,
    // Of hardware FortiZTP may show the model here, which is no part of where it goes.
    platform: device.provisionTarget === "FortiManagerCloud" ? device.platform : undefined,
  };
}

export function unknownSerial(serial: string): string {
  return (
    `${serial} is not in this FortiCloud account: check the serial, the account of the API user, and that the device ` +
    "is registered in Asset Management, from where it appears in FortiZTP by itself"
  );
}

/** The outputs of a device: what FortiZTP says about it, under names that no input has. */
export function deviceOutputs(device: Device) {
  return {
    provisionStatus: device.provisionStatus,
    provisionSubStatus: device.provisionSubStatus,
    message: device.message,
    provisioningStartedAt: device.provisioningTimestamp,
    provisioningCompletedAt: device.provisioningCompleteTimestamp,
    effectiveDeviceType: device.deviceType,
    effectiveRegion: isAssigned(device) ? device.region : undefined,
    effectivePlatform: device.platform,
    availableRegions: device.availableRegions,
  };
}
