import type { Inventory } from "./inventory";
import type { Device, DeviceRecord } from "./types";
import type { FortinetVariants } from "./variants";

/** The device's type as the API names it. */
export function presentedType(record: DeviceRecord, variants: FortinetVariants): string {
  return record.virtual && record.deviceType === "FortiGate" ? variants.vmDeviceType : record.deviceType;
}

/** A device as the API shows it. */
export function presentDevice(record: DeviceRecord, inventory: Inventory, variants: FortinetVariants): Device {
  const { availableRegions, model, virtual } = record;
  const assigned = record.provisionStatus === "provisioned" || record.provisionStatus === "incomplete";
  const shown: Device = {
    deviceSN: record.deviceSN,
    deviceType: presentedType(record, variants),
    provisionStatus: record.provisionStatus,
    provisionTarget: record.provisionTarget,
    region: assigned ? record.region : availableRegions,
    externalControllerSn: record.externalControllerSn,
    externalControllerIp: record.externalControllerIp,
    platform: record.platform,
    firmwareProfile: record.firmwareProfile,
    fortiManagerOid: record.fortiManagerOid,
    scriptOid: record.scriptOid,
    useDefaultScript: record.useDefaultScript,
    provisioningTimestamp: presentedTime(record.provisioningTimestamp, variants),
    provisioningCompleteTimestamp: presentedTime(record.provisioningCompleteTimestamp, variants),
    provisionSubStatus: record.provisionSubStatus,
    message: record.message,
  };
  if (!virtual && variants.hardwarePlatform === "model") shown.platform = model;
  Object.assign(shown, presentedController(record, inventory, variants));
  if (variants.subStatusField === "provisionStatus" && shown.provisionSubStatus !== null) {
    shown.provisionStatus = shown.provisionSubStatus;
    shown.provisionSubStatus = null;
  }
  return presentUnset(shown, variants);
}

/** Leaves out the fields without a value when the variant says so. */
export function presentUnset<T extends object>(value: T, variants: FortinetVariants): T {
  if (variants.unsetFields === "null") return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null)) as T;
}

/** A list as the API shows it; `total` counts more than `items` when the list is cut or the variant says so. */
export function presentList(
  name: "devices" | "fortiManagers" | "scripts",
  items: unknown[],
  all: number,
  variants: FortinetVariants,
): Record<string, unknown> {
  const key = variants.listKey === "data" ? "data" : name;
  const page: Record<string, unknown> = { total: variants.total === "all" ? all : items.length };
  const shown = variants.listCap > 0 ? items.slice(0, variants.listCap) : items;
  if (shown.length > 0 || variants.emptyList === "array") page[key] = shown;
  else if (variants.emptyList === "null") page[key] = null;
  return page;
}

function presentedTime(ms: number | null, variants: FortinetVariants): number | null {
  if (ms === null) return null;
  return variants.timestampUnit === "ms" ? Math.floor(ms) : Math.floor(ms / 1_000);
}

function presentedController(
  record: DeviceRecord,
  inventory: Inventory,
  variants: FortinetVariants,
): Partial<Pick<Device, "fortiManagerOid" | "externalControllerSn" | "externalControllerIp">> {
  if (record.provisionTarget !== "FortiManager" || variants.controllerReport === "asWritten") return {};
  const entry =
    record.fortiManagerOid === null
      ? [...inventory.fortiManagers.values()].find(
          (item) => item.sn === record.externalControllerSn && item.ip === record.externalControllerIp,
        )
      : inventory.fortiManagers.get(record.fortiManagerOid);
  if (!entry) return {};
  const address = { externalControllerSn: entry.sn, externalControllerIp: entry.ip };
  if (variants.controllerReport === "oid")
    return { fortiManagerOid: entry.oid, externalControllerSn: null, externalControllerIp: null };
  return { fortiManagerOid: variants.controllerReport === "both" ? entry.oid : null, ...address };
}
