import type { InventoryDevice, PanosInventory, UpgradePaths } from "../../clients/panos/panos";
import type { Context, Plan } from "../../core/resource";
import type { Work } from "./job-inputs";
import type { WorkDirectory } from "./service";

/** What can be told of a job before it is submitted. */
export interface Forecast extends Required<Pick<Plan<never>, "problems" | "warnings">> {
  /** What it does to the devices; empty when that is nothing. */
  impact: string;
}

/** What the daemon's files say of the work: nothing is written, and no device is asked. */
export async function forecast(
  { client, needsDaemon }: WorkDirectory,
  work: Work,
  targetVersion: string | undefined,
  { signal }: Context,
): Promise<Forecast> {
  const [inventory, paths, { alive, problem }] = await Promise.all([
    client.config.inventory(),
    client.config.upgradePaths(),
    client.daemon.status({ signal }),
  ]);
  const routes = work.devices.map((serial) => routeOf(serial, inventory, paths));
  const problems = routes.flatMap(({ problem }) => problem ?? []);
  const warnings: string[] = [];
  if (!alive && needsDaemon) problems.push(`${problem} Start it, or set ztp:panos.submitWhenDaemonDown to queue`);
  else if (!alive) warnings.push(`${problem} Jobs wait in the queue until it is started`);
  if (paths?.restartRequired)
    warnings.push(
      "upgrade_paths.json has been changed since the daemon was started, which goes by what it read then: restart the daemon",
    );
  if (problems.length > 0) return { problems, warnings, impact: "" };
  const target = routes.find(({ path }) => path)?.path?.at(-1);
  if (targetVersion !== undefined && target !== undefined && target !== targetVersion)
    problems.push(elsewhere(routes, target, targetVersion));
  else for (const route of routes) warnings.push(...withoutPath(route, targetVersion));
  return { problems, warnings, impact: impactOf(work, routes) };
}

interface Route {
  serial: string;
  device?: InventoryDevice;
  /** What it goes through from the version that it ran when it was discovered. */
  path?: readonly string[];
  problem?: string;
}

function routeOf(serial: string, { devices, lastUpdated }: PanosInventory, paths: UpgradePaths | undefined): Route {
  const device = devices.get(serial);
  const of = lastUpdated ? `, which is of ${lastUpdated}` : "";
  if (!device) {
    const problem = `device ${serial} is not in the daemon's inventory${of}: have the daemon discover it, or correct the serial`;
    return { serial, problem };
  }
  if (!device.mgmtIp) {
    const problem = `device ${serial} has no management address in the daemon's inventory${of}: have the daemon discover it when it is connected`;
    return { serial, device, problem };
  }
  const { currentVersion = "" } = device;
  const path = paths && Object.hasOwn(paths.paths, currentVersion) ? paths.paths[currentVersion] : undefined;
  return { serial, device, path };
}

function elsewhere(routes: readonly Route[], target: string, wanted: string): string {
  const { serial, device } = routes.find(({ path }) => path) as Route;
  return (
    `device ${serial} ran ${device?.currentVersion} when it was discovered, from where the upgrade paths lead to ${target}, not to ` +
    `${wanted}: change upgrade_paths.json and restart the daemon, correct targetVersion, or have the daemon discover the device again`
  );
}

function withoutPath({ serial, device, path }: Route, wanted: string | undefined): string[] {
  const version = device?.currentVersion ?? "an unknown version";
  if (path?.length === 0)
    return [
      `the upgrade path of ${version}, which device ${serial} ran, is empty: the daemon would install no version at all`,
    ];
  if (path) return [];
  const ran = `device ${serial} ran ${version} when it was discovered`;
  if (wanted === device?.currentVersion && wanted !== undefined) return [`${ran}, as it shall: the daemon skips it`];
  return [`${ran}, where no upgrade path begins: the daemon skips it unless it runs another one by now`];
}

function impactOf({ type, dryRun }: Work, routes: readonly Route[]): string {
  if (dryRun) return "";
  const parts = routes.flatMap(({ serial, device, path }) => {
    if (!path || path.length === 0) return [];
    const through = path.length > 1 ? ` by ${path.slice(0, -1).join(", ")}` : "";
    const way = `from ${device?.currentVersion} (as discovered) to ${path.at(-1)}${through}`;
    const name = device?.hostname ? `${device.hostname} (${serial})` : serial;
    return type === "download_only"
      ? [`${name} gets the images ${path.join(", ")}`]
      : [`${name} is upgraded ${way}, and reboots`];
  });
  return parts.join("; ");
}

/**
 * The jobs that devices have already, as a preview tells of them: they may have ended when it comes to it.
 * @param prefix what ids of jobs begin with that an earlier run has submitted for the same purpose
 */
export async function holderWarnings(
  { client }: WorkDirectory,
  { devices }: Work,
  onDuplicate: string | undefined,
  prefix: string,
  { signal }: Context,
): Promise<string[]> {
  const holders = await client.jobs.holders(devices, { signal });
  const then =
    onDuplicate === "adopt"
      ? "it is taken over"
      : onDuplicate === "wait"
        ? "it is waited for"
        : "until it ends no other is submitted";
  return holders.map(({ id, place, devices: held }) => {
    const own = id.startsWith(prefix);
    return `job ${id} for ${held.join(" and ")} is ${place}: ${own ? "an earlier run has submitted it, and it is taken over" : then}`;
  });
}
