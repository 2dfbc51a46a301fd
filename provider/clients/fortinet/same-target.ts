import type { Device, DeviceWrite, FortiManager } from "./fortiztp-types";
import { normalizeSerial, sameList } from "./lists";

/**
 * True if the device is already where the write would send it, finished or on its way. Compares only what the write
 * states; the region only once the device is provisioned, since before it may list all it could have. A FortiManager
 * named by oid on one side and by serial and address on the other is the same only if `fortiManagers` says so.
 */
export function sameTarget(device: Device, write: DeviceWrite, fortiManagers: readonly FortiManager[] = []): boolean {
  if (normalizeSerial(write.deviceSN) !== device.deviceSN) return false;
  if (write.provisionStatus === "unprovisioned") return device.provisionStatus === "unprovisioned";
  const provisioned = device.provisionStatus === "provisioned";
  if (!provisioned && device.provisionStatus !== "incomplete") return false;
  return (
    same(write.provisionTarget, device.provisionTarget) &&
    (!provisioned || same(write.region, device.region)) &&
    same(write.platform, device.platform) &&
    same(write.firmwareProfile, device.firmwareProfile) &&
    same(write.scriptOid, device.scriptOid) &&
    sameFlag(write.useDefaultScript, device.useDefaultScript) &&
    sameController(device, write, fortiManagers)
  );
}

/** True if only a list of FortiManagers can tell whether device and write mean the same one. */
export function needsFortiManagers(device: Device, write: DeviceWrite): boolean {
  if (write.provisionStatus !== "provisioned") return false;
  const writeByOid = isSet(write.fortiManagerOid);
  const writeBySerial = isSet(write.externalControllerSn);
  return (
    (writeByOid && !isSet(device.fortiManagerOid) && isSet(device.externalControllerSn)) ||
    (!writeByOid && writeBySerial && isSet(device.fortiManagerOid) && !isSet(device.externalControllerSn))
  );
}

function sameController(device: Device, write: DeviceWrite, fortiManagers: readonly FortiManager[]): boolean {
  if (needsFortiManagers(device, write)) {
    const oid = write.fortiManagerOid ?? device.fortiManagerOid;
    const bySerial = isSet(write.fortiManagerOid) ? device : write;
    const manager = fortiManagers.find((candidate) => candidate.oid === oid);
    return (
      manager !== undefined &&
      sameList(bySerial.externalControllerSn, manager.sn) &&
      (!isSet(bySerial.externalControllerIp) || sameList(bySerial.externalControllerIp, manager.ip))
    );
  }
  if (isSet(write.fortiManagerOid)) return write.fortiManagerOid === device.fortiManagerOid;
  return (
    (!isSet(write.externalControllerSn) || sameList(write.externalControllerSn, device.externalControllerSn)) &&
    (!isSet(write.externalControllerIp) || sameList(write.externalControllerIp, device.externalControllerIp))
  );
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

/** Undefined states nothing; null states that nothing is set. */
function same<T>(wanted: T | null | undefined, actual: T | undefined): boolean {
  return wanted === undefined || (wanted ?? undefined) === actual;
}

function sameFlag(wanted: boolean | null | undefined, actual: boolean | undefined): boolean {
  return wanted === undefined || (wanted ?? false) === (actual ?? false);
}
