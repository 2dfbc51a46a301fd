import { isObject } from "../core/http";
import type { Inventory } from "./inventory";
import { presentedType } from "./present";
import { type DeviceRecord, noTarget, type Target, type TargetField, targetFields } from "./types";
import type { FortinetVariants } from "./variants";

/** Why a write is refused; `unknownSerial` marks the one whose status is a variant. */
export interface Refusal {
  description: string;
  unknownSerial?: boolean;
}

/** A write that was found good, and what it does. */
export interface PlannedWrite {
  record: DeviceRecord;
  action: "provision" | "unprovision" | "nothing";
  target: Target;
}

export function unknownSerial(serial: string): Refusal {
  return { description: `Device ${serial} doesn't exist in this account`, unknownSerial: true };
}

/** Judges the body of a device PUT; changes nothing. `serial` is the path's, absent in a bulk. */
export function planWrite(
  body: unknown,
  serial: string | undefined,
  inventory: Inventory,
  variants: FortinetVariants,
): PlannedWrite | Refusal {
  if (!isObject(body)) return refuse("The request body must be a device object");
  const named = body.deviceSN;
  if (named !== undefined && named !== null && typeof named !== "string") return refuse("deviceSN must be a string");
  const wanted = serial ?? (named || undefined);
  if (wanted === undefined) return refuse("deviceSN is required");
  const record = inventory.find(wanted);
  if (!record) return unknownSerial(wanted);
  if (named && inventory.find(named) !== record) return refuse(`deviceSN ${named} differs from the path (${wanted})`);
  const problem = commonProblem(body, record, variants);
  if (problem) return refuse(problem);
  return body.provisionStatus === "unprovisioned"
    ? planUnprovision(body, record, variants)
    : planProvision(body, record, inventory, variants);
}

function refuse(description: string): Refusal {
  return { description };
}

function commonProblem(
  body: Record<string, unknown>,
  record: DeviceRecord,
  variants: FortinetVariants,
): string | undefined {
  const { deviceType, provisionStatus } = body;
  if (deviceType === undefined || deviceType === null || deviceType === "") return "deviceType is required";
  if (typeof deviceType !== "string") return "deviceType must be a string";
  const actualType = presentedType(record, variants);
  if (variants.deviceTypeMismatch === "rejected" && deviceType !== actualType)
    return `Device ${record.deviceSN} is a ${actualType}, not a ${deviceType}`;
  if (provisionStatus === undefined || provisionStatus === null || provisionStatus === "")
    return "provisionStatus is required";
  if (provisionStatus !== "provisioned" && provisionStatus !== "unprovisioned")
    return `provisionStatus must be provisioned or unprovisioned, not ${JSON.stringify(provisionStatus)}`;
  if (record.provisionStatus === "hidden") return `Device ${record.deviceSN} is hidden`;
  return undefined;
}

function planUnprovision(
  body: Record<string, unknown>,
  record: DeviceRecord,
  variants: FortinetVariants,
): PlannedWrite | Refusal {
  const target = noTarget();
  if (record.provisionStatus === "unprovisioned") return { record, action: "nothing", target };
  if (variants.unprovisionBody === "echo") {
    const missing = targetFields.filter((field) => record[field] !== null && body[field] !== record[field]);
    if (missing.length > 0) return refuse(`To unprovision, repeat the current ${missing.join(", ")}`);
  }
  return { record, action: "unprovision", target };
}

function planProvision(
  body: Record<string, unknown>,
  record: DeviceRecord,
  inventory: Inventory,
  variants: FortinetVariants,
): PlannedWrite | Refusal {
  const assigned = record.provisionStatus !== "unprovisioned";
  if (assigned && variants.reprovision === "strict")
    return refuse(`Device ${record.deviceSN} is already provisioned; unprovision it first`);
  const typeProblem = fieldTypeProblem(body);
  if (typeProblem) return refuse(typeProblem);
  const base = assigned && variants.writeSemantics === "merge" ? { ...noTarget(), ...pickTarget(record) } : noTarget();
  const wanted = Object.assign(base, pickTarget(body));
  const kind = wanted.provisionTarget;
  if (kind === null) return refuse("provisionTarget is required");
  const rule = targetRules[kind];
  if (!rule) return refuse(`provisionTarget ${kind} isn't supported`);
  const problem = rule.problem?.(wanted, record) ?? referenceProblem(wanted, inventory);
  if (problem) return refuse(problem);
  const target = { ...noTarget(), provisionTarget: kind };
  for (const field of rule.fields) Object.assign(target, { [field]: wanted[field] });
  if (rule.regionListed && variants.regionCheck === "listed") {
    const region = listedRegion(wanted.region ?? "", record, variants);
    if (region === undefined)
      return refuse(
        `Region ${wanted.region} isn't available for device ${record.deviceSN} (${record.availableRegions})`,
      );
    target.region = region;
  }
  if (kind === "FortiManager" && target.fortiManagerOid !== null) {
    // The oid wins when both forms are given.
    target.externalControllerSn = null;
    target.externalControllerIp = null;
  }
  if (!record.virtual) target.platform = null;
  if (variants.irrelevantFields === "rejected") {
    const given = pickTarget(body);
    const stray = targetFields.filter((field) => (given[field] ?? null) !== null && target[field] === null);
    if (stray.length > 0) return refuse(`${stray.join(", ")} can't be used with provisionTarget ${kind}`);
  }
  return { record, action: "provision", target };
}

interface TargetRule {
  fields: TargetField[];
  /** Whether the region must be one of the device's. */
  regionListed?: boolean;
  problem?(wanted: Target, record: DeviceRecord): string | undefined;
}

function needs(wanted: Target, field: TargetField): string | undefined {
  return wanted[field] === null ? `${field} is required for provisionTarget ${wanted.provisionTarget}` : undefined;
}

const targetRules: Record<string, TargetRule | undefined> = {
  FortiManager: {
    fields: ["fortiManagerOid", "externalControllerSn", "externalControllerIp", "scriptOid", "useDefaultScript"],
    problem(wanted) {
      const paired = wanted.externalControllerSn !== null && wanted.externalControllerIp !== null;
      if (wanted.fortiManagerOid === null && !paired)
        return "fortiManagerOid, or externalControllerSn and externalControllerIp, is required for provisionTarget FortiManager";
      if (wanted.scriptOid !== null && wanted.useDefaultScript === true)
        return "scriptOid and useDefaultScript exclude each other";
      return undefined;
    },
  },
  FortiManagerCloud: {
    fields: ["region", "platform"],
    problem: (wanted, record) => (record.virtual ? needs(wanted, "platform") : undefined),
  },
  FortiGateCloud: {
    fields: ["region", "firmwareProfile"],
    regionListed: true,
    problem: (wanted) => needs(wanted, "region"),
  },
  FortiEdgeCloud: { fields: ["region"], regionListed: true, problem: (wanted) => needs(wanted, "region") },
  ExternalController: { fields: ["externalControllerIp"], problem: (wanted) => needs(wanted, "externalControllerIp") },
  FortiExtenderCloud: { fields: ["region"] },
  FortiSASE: { fields: ["region"] },
};

function referenceProblem(wanted: Target, inventory: Inventory): string | undefined {
  if (wanted.provisionTarget !== "FortiManager") return undefined;
  if (wanted.fortiManagerOid !== null && !inventory.fortiManagers.has(wanted.fortiManagerOid))
    return `FortiManager ${wanted.fortiManagerOid} doesn't exist in this account`;
  if (wanted.scriptOid !== null && !inventory.scripts.has(wanted.scriptOid))
    return `Script ${wanted.scriptOid} doesn't exist in this account`;
  return undefined;
}

/** The region as the device lists it; undefined when it does not. */
export function listedRegion(region: string, record: DeviceRecord, variants: FortinetVariants): string | undefined {
  const available = record.availableRegions.split(",").map((item) => item.trim());
  const fold = (text: string): string => (variants.letterCase === "sensitive" ? text : text.toUpperCase());
  return available.find((item) => fold(item) === fold(region));
}

function fieldTypeProblem(body: Record<string, unknown>): string | undefined {
  for (const field of targetFields) {
    const value = body[field];
    if (value === undefined || value === null) continue;
    if (field === "fortiManagerOid" || field === "scriptOid") {
      if (!Number.isInteger(value)) return `${field} must be an integer`;
    } else if (field === "useDefaultScript") {
      if (typeof value !== "boolean") return "useDefaultScript must be true or false";
    } else if (typeof value !== "string") return `${field} must be a string`;
  }
  return undefined;
}

/** The target fields that a body holds; an empty string counts as null, an absent field stays absent. */
function pickTarget(body: object): Partial<Target> {
  const picked: Record<string, unknown> = {};
  const values = body as Record<string, unknown>;
  for (const field of targetFields) {
    if (values[field] !== undefined) picked[field] = values[field] === "" ? null : values[field];
  }
  return picked as Partial<Target>;
}
