import { type Ended, inventoryEntry, text, type UpgradeContext } from "./context";
import { FirewallLink } from "./link";
import { passOn, type Steps } from "./threads";
import { upgradeDevice } from "./upgrade";

interface Member {
  readonly serial: string;
  readonly version: string;
  readonly state: string;
}

/** Upgrades the two members of a pair, the passive one first. What goes wrong before that reaches the log only. */
export function* upgradePair(
  context: UpgradeContext,
  serials: readonly [string, string],
  jobId: string,
  dryRun: boolean,
): Steps<Ended> {
  const { log } = context;
  log("INFO", `Starting HA pair upgrade (job: ${jobId}, dry_run: ${dryRun ? "True" : "False"}): ${serials.join(", ")}`);
  try {
    return yield* inOrder(context, serials, jobId, dryRun);
  } catch (error) {
    passOn(error);
    return failure(context, `HA pair upgrade error: ${text(error)}`);
  }
}

function* inOrder(
  context: UpgradeContext,
  serials: readonly [string, string],
  jobId: string,
  dryRun: boolean,
): Steps<Ended> {
  const { paths, log } = context;
  const links: FirewallLink[] = [];
  for (const serial of serials) {
    const mgmtIp = inventoryEntry(context, serial)?.mgmt_ip;
    if (typeof mgmtIp !== "string" || mgmtIp === "")
      return failure(context, `Device ${serial} not found in inventory or has no management IP`);
    links.push(new FirewallLink(context, serial, mgmtIp, jobId));
  }
  const versions: string[] = [];
  for (const link of links) versions.push((yield* link.systemInfo()).version);
  const [one = "", other = ""] = versions;
  // An empty path counts as none here.
  const target = paths[one]?.at(-1) ?? paths[other]?.at(-1);
  if (target === undefined) {
    if (one !== other)
      return failure(
        context,
        `No upgrade path found for either HA member: ${serials[0]} at ${one}, ${serials[1]} at ${other}`,
      );
    const message = `Both HA members already at version ${one}, no upgrade path defined`;
    log("INFO", message);
    return { success: true, message };
  }
  const states: string[] = [];
  for (const link of links) states.push(yield* link.haState());
  const members = serials.map(
    (serial, index): Member => ({ serial, version: versions[index] ?? "", state: states[index] ?? "unknown" }),
  );
  const passive = members.find(({ state }) => state.toLowerCase().includes("passive"));
  const active = members.find((member) => member !== passive);
  if (!passive || !active) return failure(context, "Could not determine passive member for HA pair");

  const first = yield* member(context, "passive", passive, target, jobId, dryRun);
  if (first) return first;
  if (context.cancelled(jobId, passive.serial)) return failure(context, "Upgrade cancelled");
  const second = yield* member(context, "active", active, target, jobId, dryRun);
  return second ?? { success: true, message: "HA pair upgrade completed successfully" };
}

/** Upgrades one member unless it is there already; how the job ends when that fails. */
function* member(
  context: UpgradeContext,
  role: "passive" | "active",
  { serial, version }: Member,
  target: string,
  jobId: string,
  dryRun: boolean,
): Steps<Ended | undefined> {
  const title = role === "passive" ? "Passive" : "Active";
  if (version === target) {
    context.log("INFO", `${title} member ${serial} already at target version ${target}, skipping`);
    return undefined;
  }
  context.log("INFO", `Upgrading ${role} member: ${serial}`);
  const { success, message } = yield* upgradeDevice(context, serial, jobId, dryRun);
  return success ? undefined : failure(context, `Failed to upgrade ${role} member: ${message}`);
}

function failure({ log }: UpgradeContext, message: string): Ended {
  log("ERROR", message);
  return { success: false, message };
}
