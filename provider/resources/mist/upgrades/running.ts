import type { DeviceState } from "../../../clients/mist/device-states";
import { isTag, meantVersion, sameVersion } from "../../../clients/mist/firmware-versions";
import type { UpgradeView } from "../../../clients/mist/upgrades";
import type { Context } from "../../../core/resource";
import type { Account } from "../account";
import { typesOf } from "./forecast";
import { sharedAge } from "./waiting";

/** What the devices of a job that has ended really run. */
export interface Running {
  /** MACs of those that the job calls upgraded and that run something else. */
  wrong: string[];
  /** MACs of those whose version is told in another form than that of the job, so that only its number was compared. */
  similar: string[];
  /** False where nothing tells what they should run. */
  compared: boolean;
}

/** Compares what the devices run that the job calls upgraded. */
export async function compareRunning(view: UpgradeView, account: Account, { signal }: Context): Promise<Running> {
  const upgraded = [...(view.devices ?? [])].filter(([, stage]) => stage === "upgraded").map(([mac]) => mac);
  const { kind, place: id } = view.key;
  const nothing = { wrong: [], similar: [], compared: kind !== "mxedge" && view.devices !== undefined };
  if (upgraded.length === 0 || !nothing.compared) return nothing;
  if (view.targetVersion === undefined) return { ...nothing, compared: false };
  const place = { scope: kind === "site" ? "site" : "org", id } as const;
  const states = await account.client.states.all(place, { signal, maxAgeMs: sharedAge(account) });
  // What is no longer there runs nothing that could be wrong.
  const devices = upgraded.map((mac) => states.get(mac)).filter((device) => device !== undefined);
  const targets = await targetsOf(view, devices, account, signal);
  // Of an organization's switches and gateways each model may have a version of its own, of which the job tells none.
  const comparable = kind === "org" ? devices.filter(({ type }) => type === "ap") : devices;
  const sameness = comparable.map((device) => [device.mac, sameVersion(device.version, targets(device))] as const);
  return {
    wrong: sameness.filter(([, same]) => same === undefined).map(([mac]) => mac),
    similar: sameness.filter(([, same]) => same === "similar").map(([mac]) => mac),
    compared: comparable.length === devices.length,
  };
}

/** A word such as stable means another version for each model. */
async function targetsOf(
  { key, targetVersion }: UpgradeView,
  devices: readonly DeviceState[],
  { client: { versions } }: Account,
  signal: AbortSignal,
): Promise<(device: DeviceState) => string | undefined> {
  if (targetVersion === undefined || !isTag(targetVersion)) return () => targetVersion;
  const lists = typesOf(devices).map((type) =>
    key.kind === "site" ? versions.atSite(key.place, type, signal) : versions.forDevices(key.place, type, signal),
  );
  const offered = (await Promise.all(lists)).flat();
  return ({ model }) => meantVersion(offered, model, targetVersion);
}
