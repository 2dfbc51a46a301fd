import { invalid, type MistContext } from "../call";
import { macOfDeviceId } from "../ids";
import type { Body, Device } from "../types";
import { isSsr, resolved, rowsFor } from "./catalogue";
import { badField, type Fields } from "./fields";

/** The devices that a job is for, each with its version. */
export type Targets = Map<Device, string>;

/**
 * Of some devices those that a request names by `device_ids`, by model or by a rule; without any of these all of them. A
 * device that is named, one way or the other, must have the version; what is merely there is left out when it has not.
 */
export function selected(
  { world, variants }: MistContext,
  devices: readonly Device[],
  fields: Fields,
  { models, version }: { models: string[] | undefined; version(device: Device): string | undefined },
): Targets {
  const ids = fields.ids("device_ids");
  const rules = fields.objects("rules")?.map(ruleOf);
  const macs = ids?.map((id) => macOfDeviceId(id));
  const missing = ids?.filter((_, index) => !devices.some(({ mac }) => mac === macs?.[index])) ?? [];
  if (missing.length > 0 && variants.unknownUpgradeDevices === "refused")
    throw badField("device_ids", `device not found: ${missing.join(", ")}`);
  const all = ids === undefined && models === undefined && rules === undefined;
  const targets: Targets = new Map();
  for (const device of devices) {
    const named = macs?.includes(device.mac) || models?.includes(device.model);
    if (!all && !named && !rules?.some((rule) => rule(device))) continue;
    const wanted = version(device);
    const target = isSsr(device) ? undefined : resolved(rowsFor(world.firmware, device), wanted);
    if (target !== undefined) targets.set(device, target);
    else if (named) throw badField("version", `${wanted ?? "a version"} is not available for ${device.model}`);
  }
  return targets;
}

/** 400 for a job without a device, unless such a job is as good as done. */
export function checkNotEmpty({ variants }: MistContext, devices: { size: number }): void {
  if (devices.size === 0 && variants.emptyUpgrade === "refused") throw invalid("No device to upgrade.");
}

/** A rule such as `{"match_name[0:3]": "lab", "match_model": "AP45"}`: all of it must match. */
function ruleOf(rule: Body): (device: Device) => boolean {
  const parts = Object.entries(rule).map(([key, wanted]) => {
    const [, what, from, to] = /^match_(name|model)(?:\[(\d+):(\d+)\])?$/.exec(key) ?? [];
    if (what === undefined || typeof wanted !== "string") throw badField("rules", `invalid rule: ${key}`);
    return (device: Device): boolean => {
      const text = what === "model" ? device.model : String(device.config.name ?? "");
      return (from === undefined ? text : text.slice(Number(from), Number(to))) === wanted;
    };
  });
  if (parts.length === 0) throw badField("rules", "a rule must match something");
  return (device) => parts.every((part) => part(device));
}
