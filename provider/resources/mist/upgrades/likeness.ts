import { isDeepStrictEqual } from "node:util";
import { isTag, sameVersion } from "../../../clients/mist/firmware-versions";
import type { UpgradeView } from "../../../clients/mist/upgrades";

/** What an upgrade job was asked for, as far as Mist tells it again. */
export interface Asked {
  strategy?: string;
  version?: string;
  force?: boolean;
  startTime?: number;
  canaryPhases?: readonly number[];
  maxFailurePercentage?: number;
  maxFailures?: readonly number[];
}

/** A job that begins later than that was not asked to begin at once. */
const soonSeconds = 300;

/** Whether a job may be the one that was asked for: nothing that it tells speaks against it. */
export function isAsAsked(view: UpgradeView, asked: Asked): boolean {
  const { strategy = "big_bang", version, force = false, startTime } = asked;
  const { row } = view;
  const told = (value: unknown, wanted: unknown) =>
    wanted === undefined || value === undefined || value === null || isDeepStrictEqual(value, wanted);
  const isSoon = view.startTime === undefined || view.startTime <= Date.now() / 1000 + soonSeconds;
  return (
    told(view.strategy, strategy) &&
    told(view.force, force) &&
    told(row.canary_phases, asked.canaryPhases) &&
    told(row.max_failure_percentage, asked.maxFailurePercentage) &&
    told(row.max_failures, asked.maxFailures) &&
    (startTime === undefined ? isSoon : told(view.startTime, startTime)) &&
    isVersion(view.targetVersion, version)
  );
}

function isVersion(target: string | undefined, wanted: string | undefined): boolean {
  if (target === undefined || wanted === undefined || isTag(wanted) || isTag(target)) return true;
  return sameVersion(target, wanted) !== undefined;
}

/** The devices that a job tells, by their MACs; undefined where it tells none. */
export function macsOf({ devices, plan }: UpgradeView): Set<string> | undefined {
  if (devices) return new Set(devices.keys());
  return plan.length > 0 ? new Set(plan.flat()) : undefined;
}

export function sameMacs(one: ReadonlySet<string> | undefined, other: ReadonlySet<string>): boolean {
  return one === undefined || (one.size === other.size && [...other].every((mac) => one.has(mac)));
}
