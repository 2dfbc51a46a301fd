import { isVendorError } from "../../../clients/http/errors";
import { quote } from "../../../clients/http/text";
import { compareVersions } from "../../../clients/http/versions";
import {
  type DeviceState,
  type FirmwareUpdate,
  hasFailed,
  isDone,
  isUnderWay,
} from "../../../clients/mist/device-states";
import {
  type DeviceType,
  type FirmwareVersion,
  meantVersion,
  sameVersion,
} from "../../../clients/mist/firmware-versions";
import { deviceIdOf } from "../../../clients/mist/normal";
import { follow, type JobView } from "../../../core/job";
import type { Context } from "../../../core/resource";
import { someOf } from "../../../core/words";
import { isPassing, pausesOf } from "../../waits";
import type { Account } from "../account";
import { eventually } from "../newcomers";
import { typeWords } from "./forecast";
import { deviceWake, sharedAge } from "./waiting";

/** Where a device is, and what it is to run. */
export interface Wanted {
  siteId: string;
  mac: string;
  version: string;
  reboot: boolean;
  rebootAt?: number;
  startTime?: number;
  snapshot?: boolean;
  timeoutSeconds: number;
}

/** What a device runs, and what it was to run. */
export interface Reached {
  state: DeviceState;
  target: string;
  /** The version is on the device, which has not rebooted into it. */
  pendingReboot: boolean;
}

export function deviceText({ type, name, mac }: Pick<DeviceState, "type" | "name" | "mac">): string {
  const [what] = typeWords[type ?? ""] ?? ["device"];
  return name ? `${what} ${name} (${mac})` : `${what} ${mac}`;
}

/** The version that is meant for a device. @throws Error when Mist has none such */
export async function targetOf(
  account: Account,
  wanted: Pick<Wanted, "siteId" | "version">,
  device: DeviceState,
  signal: AbortSignal,
) {
  if (sameVersion(device.version, wanted.version) === "exact") return wanted.version;
  const offered = await account.client.versions.atSite(wanted.siteId, (device.type ?? "ap") as DeviceType, signal);
  const target = meantVersion(offered, device.model, wanted.version);
  if (target === undefined) throw new Error(missingText(offered, device, wanted.version));
  return target;
}

export function missingText(offered: readonly FirmwareVersion[], device: DeviceState, version: string): string {
  const own = offered.filter(({ name }) => name === device.model).map((each) => each.version);
  const list =
    own.length > 0
      ? `it offers ${someOf(
          own.sort((a, b) => compareVersions(b, a)),
          5,
        )}`
      : "it offers none";
  const hint = device.model.startsWith("SSR") ? "; Session Smart Routers have SsrUpgradeJob" : "";
  return `Mist has no version ${version} for ${deviceText(device)}, model ${device.model}: ${list}${hint}`;
}

/** The device as it is now. One that was assigned a moment ago is waited for. */
export async function deviceAt(
  account: Account,
  { siteId, mac }: Pick<Wanted, "siteId" | "mac">,
  context: Context,
): Promise<DeviceState> {
  const look = () => account.client.states.find(siteId, deviceIdOf(mac), context.signal);
  const state = await eventually(look, `device ${mac} to show at its site`, context);
  if (state) return state;
  throw new Error(
    `device ${mac} is not at site ${siteId}: check that it is claimed and assigned there, such as with a DeviceAssignment ` +
      "that the program refers to",
  );
}

/**
 * Brings a device to a version, unless it runs it. An update that is under way is waited for, and nothing is asked for twice.
 * @param accepted told as soon as Mist is at work
 */
export async function bringTo(
  account: Account,
  wanted: Wanted,
  context: Context,
  accepted: (reached: Reached) => void,
): Promise<Reached> {
  const { signal } = context;
  let state = await deviceAt(account, wanted, context);
  const target = await targetOf(account, wanted, state, signal);
  const reached = (now: DeviceState, pendingReboot = false) => ({ state: now, target, pendingReboot });
  if (isSame(context, state, target)) return reached(state);
  if (isUnderWay(state.update) && !isWritten(state)) {
    accepted(reached(state));
    context.progress("waits for an update that is under way");
    state = (await waitFor(account, wanted, target, { before: undefined, state }, context)).outputs;
    if (isSame(context, state, target)) return reached(state);
    if (isPending(state, wanted)) return reached(state, true);
  }
  const before = state;
  account.assertWritable(`the firmware of device ${wanted.mac}`);
  await ask(account, wanted, target, before, signal);
  accepted(reached(before));
  const { outputs: after, phase, reason } = await waitFor(account, wanted, target, { before, state: before }, context);
  if (phase === "failed") throw new Error(reason);
  if (!isSame(context, after, target)) {
    const why = "until it is rebooted: reboot is false";
    context.warn(`${deviceText(after)} has ${target}, but goes on running ${after.version} ${why}`);
    return reached(after, true);
  }
  return reached(after);
}

/** Tells where only the number of a version was compared. */
function isSame(context: Context, { version, ...device }: DeviceState, target: string): boolean {
  const same = sameVersion(version, target);
  if (same === "similar") {
    context.warn(`${deviceText(device)} tells its version as ${version}: only the number of ${target} was compared`);
  }
  return same !== undefined;
}

/** What was written by an update that leaves the reboot to somebody else. */
function isWritten({ type, connected, update }: DeviceState): boolean {
  return type !== "ap" && connected && update.status === "inprogress" && update.progress === 100;
}

function isPending(state: DeviceState, { reboot }: Wanted): boolean {
  return state.type !== "ap" && !reboot && state.connected && (isDone(state.update) || isWritten(state));
}

async function ask(
  account: Account,
  wanted: Wanted,
  target: string,
  before: DeviceState,
  signal: AbortSignal,
): Promise<void> {
  const { siteId, startTime, reboot, rebootAt, snapshot } = wanted;
  const { deviceId, type } = before;
  const body = {
    version: target,
    start_time: startTime,
    // Access points always do, and have no snapshots.
    ...(type !== "ap" && { reboot, reboot_at: rebootAt, snapshot }),
  };
  const now = () => account.client.states.find(siteId, deviceIdOf(before.mac), signal);
  const look = async () => {
    const state = await now();
    return state && differs(state.update, before.update) ? { status: "inprogress" } : undefined;
  };
  const path = `/sites/${encodeURIComponent(siteId)}/devices/${encodeURIComponent(deviceId)}/upgrade`;
  try {
    const action = `upgrade ${deviceText(before)} to ${target}`;
    const reply = await account.client.post(path, body, { signal, action, look });
    const { status } = (reply ?? {}) as { status?: unknown };
    if (status === "error") throw new Error(`Mist did not begin to ${action}: it answered "${quote(String(status))}"`);
  } catch (error) {
    // Another update, or one of an earlier run, may have come first.
    if (!isVendorError(error, "rejected")) throw error;
    const state = await now();
    if (!state || (!isUnderWay(state.update) && sameVersion(state.version, target) === undefined)) throw error;
  }
}

/** What changes with every update. */
function differs(one: FirmwareUpdate, other: FirmwareUpdate): boolean {
  return one.statusId !== other.statusId || one.timestamp !== other.timestamp || one.status !== other.status;
}

const waiting = new WeakMap<Account, Map<string, number>>();

/** Looks so many times at a device that came back with another version. */
const laterLooks = 3;

/** @param before as it was when its update was asked for; undefined for one that somebody else has asked for */
async function waitFor(
  account: Account,
  wanted: Wanted,
  target: string,
  { before, state: first }: { before: DeviceState | undefined; state: DeviceState },
  context: Context,
): Promise<JobView<DeviceState>> {
  const { siteId, mac, timeoutSeconds } = wanted;
  const sites = waiting.get(account) ?? new Map<string, number>();
  waiting.set(account, sites);
  const add = (count: number) => sites.set(siteId, (sites.get(siteId) ?? 0) + count);
  const { states } = account.client;
  const wake = deviceWake(account, siteId, mac);
  let isWoken = false;
  let last = first;
  let hasRebooted = false;
  let wrongLooks = 0;

  async function look(signal: AbortSignal): Promise<JobView<DeviceState>> {
    const maxAgeMs = isWoken ? 0 : sharedAge(account);
    isWoken = false;
    const isShared = (sites.get(siteId) ?? 0) > 1;
    const listed = isShared
      ? (await states.all({ scope: "site", id: siteId }, { signal, maxAgeMs })).get(mac)
      : undefined;
    const now = listed ?? (await states.find(siteId, deviceIdOf(mac), signal));
    if (!now) throw new Error(`${deviceText(first)} is no longer at site ${siteId}`);
    hasRebooted ||= !now.connected || (now.uptime ?? 0) < (last.uptime ?? 0);
    last = now;
    return judge(now);
  }

  function judge(now: DeviceState): JobView<DeviceState> {
    const view = { progress: progressOf(now), outputs: now };
    if (sameVersion(now.version, target)) return { ...view, phase: "succeeded" };
    if (!before) return { ...view, phase: isUnderWay(now.update) && !isWritten(now) ? "running" : "succeeded" };
    if (!differs(now.update, before.update)) return { ...view, phase: "waiting" };
    if (hasFailed(now.update)) {
      const reason =
        `the upgrade of ${deviceText(now)} to ${target} failed: Mist calls it ${now.update.status}, and it runs ${now.version}. ` +
        "Mend what keeps it from it; `pulumi up` asks for it again";
      return { ...view, phase: "failed", reason };
    }
    if (isPending(now, wanted)) return { ...view, phase: "succeeded" };
    if (isDone(now.update) && now.connected && hasRebooted && ++wrongLooks > laterLooks) {
      const reason = `${deviceText(now)} was to run ${target}, and Mist calls the upgrade done, but after its reboot it runs ${now.version}`;
      return { ...view, phase: "failed", reason };
    }
    return { ...view, phase: "running" };
  }

  add(1);
  try {
    return await follow<DeviceState>(context, {
      name: `the upgrade of ${deviceText(first)} to ${target}`,
      look,
      pauseMs: pausesOf(account),
      timeoutMs: timeoutSeconds * 1000,
      wake: (signal) =>
        wake?.(signal)?.then(() => {
          isWoken = true;
        }),
      isPassing,
    });
  } finally {
    add(-1);
  }
}

function progressOf({ connected, update, version }: DeviceState): string {
  if (!connected) return `not connected, ${update.progress === 100 ? "reboots" : "waits for it"}`;
  if (update.status === "scheduled") return `scheduled, runs ${version}`;
  if (update.status === "inprogress") return `updating${update.progress === undefined ? "" : `, ${update.progress} %`}`;
  return update.status === undefined ? "waits for Mist to begin" : `${update.status}, runs ${version}`;
}
