import type { DeviceState } from "../../../clients/mist/device-states";
import { macOfDevice } from "./fields";

/** Which devices of a place a job is for. */
export interface Selection {
  deviceIds?: readonly string[];
  models?: readonly string[];
  rules?: readonly { readonly [key: string]: string }[];
}

/** The devices that are named, one way or the other; all of them where nothing names any. */
export function selected(devices: Iterable<DeviceState>, { deviceIds, models, rules }: Selection): DeviceState[] {
  const all = deviceIds === undefined && models === undefined && rules === undefined;
  const macs = new Set(deviceIds?.map(macOfDevice));
  return [...devices].filter(
    (device) =>
      all || macs.has(device.mac) || models?.includes(device.model) || rules?.some((rule) => matches(rule, device)),
  );
}

/** All of a rule must match: `{ "match_name[0:3]": "lab", match_model: "AP45" }`. */
function matches(rule: { readonly [key: string]: string }, { name, model }: DeviceState): boolean {
  return Object.entries(rule).every(([key, wanted]) => {
    const [, what, from, to] = /^match_(name|model)(?:\[(\d+):(\d+)\])?$/.exec(key) ?? [];
    const text = what === "model" ? model : name;
    return (from === undefined ? text : text.slice(Number(from), Number(to))) === wanted;
  });
}
