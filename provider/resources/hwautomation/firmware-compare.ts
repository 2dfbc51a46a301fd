import { compareVersions } from "../../clients/http/versions";
import type { Firmware } from "../../clients/hwautomation/types";

/** What an update is to bring a server to. */
export interface FirmwareWish {
  serverId: string;
  /** Default: all that the service tells. */
  components?: readonly string[];
  targetVersions?: Readonly<Record<string, string>>;
}

export interface PlannedUpdate {
  component: string;
  fromVersion?: string;
  toVersion: string;
}

export interface Comparison {
  /** What must not be begun, as full sentences. */
  problems: string[];
  warnings: string[];
  /** None: the server runs all that it is to run. */
  updates: PlannedUpdate[];
}

/**
 * Compares the firmware of a server with what it is to run. A workflow takes what the service offers for all components that
 * its policy covers, and cannot be told a version: what would come out as another version, or an older one, is refused.
 */
export function compareFirmware(
  all: readonly Firmware[],
  { serverId, components, targetVersions = {} }: FirmwareWish,
): Comparison {
  const problems: string[] = [];
  const warnings: string[] = [];
  const updates: PlannedUpdate[] = [];
  const known = new Map(all.map((each) => [each.component.toLowerCase(), each]));
  const wanted = new Set([...(components ?? []), ...Object.keys(targetVersions)].map((name) => name.toLowerCase()));
  for (const name of wanted)
    if (!known.has(name))
      problems.push(
        `server ${serverId} has no firmware ${name}: HWAutomation knows ${[...known.keys()].join(", ") || "none"} of it`,
      );
  const targets = new Map(Object.entries(targetVersions).map(([name, version]) => [name.toLowerCase(), version]));
  for (const [name, firmware] of known) {
    const { currentVersion: from } = firmware;
    const isWanted = components === undefined ? targets.size === 0 || targets.has(name) : wanted.has(name);
    const target = targets.get(name);
    if (isWanted && target !== undefined && isSame(from, target)) continue;
    const offered = offerOf(firmware);
    const which = `${name} of server ${serverId}`;
    if (isWanted && target !== undefined && from !== undefined && compareVersions(target, from) < 0) {
      problems.push(`${which} runs ${from}, and ${target} is older: an update never goes back. Correct targetVersions`);
    } else if (isWanted && target !== undefined && !isSame(offered, target)) {
      const offer = offered === undefined ? "no other version" : offered;
      problems.push(
        `${which} cannot be brought to ${target}: the service offers ${offer}. Correct targetVersions, or leave it out`,
      );
    } else if (offered === undefined) {
    } else if (from !== undefined && compareVersions(offered, from) < 0) {
      problems.push(
        `${which} runs ${from}, and the service offers ${offered}, which is older: a workflow might install it`,
      );
    } else if (isWanted) {
      updates.push({ component: name, fromVersion: from, toVersion: offered });
    } else {
      warnings.push(`${which} would be updated as well, to ${offered}: a workflow takes all that its policy covers`);
    }
  }
  // What nobody wants goes along with an update only.
  return { problems, warnings: updates.length > 0 ? warnings : [], updates };
}

/** The version that the service would install; undefined where there is none. */
function offerOf({ currentVersion, availableVersion, updateAvailable }: Firmware): string | undefined {
  if (availableVersion === undefined || isSame(currentVersion, availableVersion)) return undefined;
  return updateAvailable === false ? undefined : availableVersion;
}

export function isSame(one: string | undefined, other: string): boolean {
  return one?.trim().toLowerCase() === other.trim().toLowerCase();
}
