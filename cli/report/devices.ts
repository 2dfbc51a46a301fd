import type { Json, JsonMap } from "../../provider/core/values";

/** What became of a device, or of all that a job has. `left`: its job ended before its turn. `unknown`: nobody tells. */
export type Result = "done" | "skipped" | "failed" | "running" | "waiting" | "left" | "unknown";

export interface DeviceReport {
  id: string;
  name?: string;
  result: Result;
  /** In the vendor's word. */
  word?: string;
  version?: string;
  reason?: string;
}

/** What the vendors' words mean, whichever system says them. */
export function resultOf(word: string): Result {
  if (/fail|error|wrong|cancel|stuck|expired|lost/i.test(word)) return "failed";
  if (/skip|nothing.to.do/i.test(word)) return "skipped";
  if (
    /^(upgraded|complete|completed|success|succeeded|passed|done|ready|downloaded|download_complete|simulated)$/i.test(
      word,
    )
  )
    return "done";
  if (/^(pending|waiting|scheduled|queued|created|accepted|new|not.?started)$/i.test(word)) return "waiting";
  return /^(|unknown)$/i.test(word) ? "unknown" : "running";
}

/** What a device is called in the items of a list. */
const idKeys = ["serial", "mac", "serverId", "systemId"];
const nameKeys = ["hostname", "name"];
const wordKeys = ["outcome", "upgradeStatus", "status", "state", "phase"];
const versionKeys = ["currentVersion", "runningVersion", "version"];
/** What names the devices of a job. */
const listed = /^(serials?|macs?|deviceIds|serverIds?|servers|primarySerial|secondarySerial)$/;
/** `failedMacs`, `skippedMacs`, `wrongVersionMacs`. */
const byResult = /^(failed|skipped|wrongVersion)(Macs|Serials|ServerIds|Servers|Devices)$/;

/** What the values of a job, and of its completion, tell of its devices, whatever they are called. */
export function devicesOf(inputs: JsonMap, outputs: JsonMap): DeviceReport[] {
  const found = new Map<string, DeviceReport>();
  const note = (id: string, told: Partial<DeviceReport> = {}): void => {
    const before = found.get(id) ?? { id, result: "unknown" };
    const said = Object.entries(told).filter(([, value]) => value !== undefined);
    found.set(id, { ...before, ...Object.fromEntries(said) });
  };
  for (const [key, value] of Object.entries(outputs)) {
    if (key === "upgradePlan" || listed.test(key)) for (const id of texts(value)) note(id);
  }
  for (const stage of Object.entries(isMap(outputs.targets) ? outputs.targets : {})) {
    for (const id of texts(stage[1])) note(id, { word: stage[0], result: resultOf(stage[0]) });
  }
  for (const [key, value] of Object.entries(outputs)) {
    for (const [id, item] of results(value)) note(id, toldBy(item));
    const [, word] = byResult.exec(key) ?? [];
    const reason = word === "wrongVersion" ? "it counts as upgraded, but runs another version" : undefined;
    if (word) for (const id of texts(value)) note(id, { word, result: resultOf(word), reason });
  }
  if (found.size === 0 || isSet(inputs, outputs)) {
    for (const [key, value] of Object.entries(inputs)) if (listed.test(key)) for (const id of texts(value)) note(id);
  }
  return [...found.values()];
}

/** A set tells results of those of its devices that have a job; the others are only in its inputs. */
function isSet(inputs: JsonMap, outputs: JsonMap): boolean {
  return (
    Array.isArray(inputs.serials ?? inputs.servers) && Object.values(outputs).some((value) => results(value).length > 0)
  );
}

/** Items that tell of a device each: a list of them, or a map by its name. */
function results(value: Json | undefined): [string, JsonMap][] {
  if (Array.isArray(value)) {
    return value.flatMap((item): [string, JsonMap][] => {
      if (!isMap(item) || !wordKeys.some((key) => key in item)) return [];
      const id = textIn(item, idKeys);
      return id === undefined ? [] : [[id, item]];
    });
  }
  if (!isMap(value)) return [];
  const items = Object.entries(value).filter((entry): entry is [string, JsonMap] => isMap(entry[1]));
  const telling = ["passed", "jobId", "workflowId", "error", ...wordKeys];
  const tells = (item: JsonMap) => telling.some((key) => key in item);
  return items.length > 0 && items.length === Object.keys(value).length && items.every(([, item]) => tells(item))
    ? items
    : [];
}

function toldBy(item: JsonMap): Partial<DeviceReport> {
  const word = textIn(item, wordKeys);
  const passed = typeof item.passed === "boolean" ? (item.passed ? "done" : "failed") : undefined;
  const error = textIn(item, ["reason", "error"]) ?? lastError(item.errors);
  const result = passed ?? (word === undefined ? (error === undefined ? "running" : "failed") : resultOf(word));
  const reason = error ?? textIn(item, ["skipReason"]) ?? (result === "done" ? undefined : textIn(item, ["message"]));
  return { name: textIn(item, nameKeys), word, result, version: textIn(item, versionKeys), reason };
}

function lastError(errors: Json | undefined): string | undefined {
  const last = Array.isArray(errors) ? errors.at(-1) : undefined;
  if (typeof last === "string") return last;
  if (!isMap(last)) return undefined;
  const told = [last.message, last.details].filter((text) => typeof text === "string" && text !== "");
  return told.length > 0 ? told.join(": ") : undefined;
}

/** The first of these keys that holds a text. */
export function textIn(values: JsonMap, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = values[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

function texts(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(texts);
  return typeof value === "string" ? [value] : [];
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
