import type { Device } from "../types";
import { badField, type Fields } from "./fields";
import type { Strategy } from "./plan";
import type { Tolerance } from "./rollout";

/** How a job goes about it, and what of that its status shows. */
export interface Approach {
  strategy: Strategy;
  tolerance: Tolerance;
  shown: { strategy: string; canary_phases?: number[]; max_failures?: number[]; max_failure_percentage?: number };
}

const strategies = ["big_bang", "serial", "canary", "rrm"] as const;

/** Percentages of the first and the largest batch that the vendor doesn't tell. */
const usualBatches = { first: 10, maximum: 25 };

/** Reads strategy, phases and tolerated failures; `field` is where the strategy is. */
export function approachOf(
  fields: Fields,
  devices: readonly Pick<Device, "type">[],
  { field = "strategy", allowed = strategies }: { field?: string; allowed?: readonly string[] } = {},
): Approach {
  const strategy = fields.choice(field, allowed, "big_bang");
  if (strategy === "rrm" && devices.some(({ type }) => type !== "ap"))
    throw badField(field, "rrm is for access points only");
  const canaryPhases = fields.integers("canary_phases", 1, 100) ?? [1, 10, 50, 100];
  if (canaryPhases.length === 0 || canaryPhases.some((percent, index) => percent <= (canaryPhases[index - 1] ?? 0)))
    throw badField("canary_phases", "percentages must grow from phase to phase");
  const percentage = fields.integer("max_failure_percentage", 0, 100) ?? 5;
  const maxFailures = fields.integers("max_failures", 0);
  if (maxFailures && maxFailures.length !== canaryPhases.length)
    throw badField("max_failures", `must have one number for each of the ${canaryPhases.length} canary_phases`);
  const rrm = {
    first: fields.integer("rrm_first_batch_percentage", 1, 100) ?? usualBatches.first,
    maximum: fields.integer("rrm_max_batch_percentage", 1, 100) ?? usualBatches.maximum,
    slowRamp: fields.flag("rrm_slow_ramp"),
    reversed: fields.choice("rrm_node_order", nodeOrders, "fringe_to_center") === "center_to_fringe",
  };
  // Checked only: the simulated access points form no mesh.
  fields.choice("rrm_mesh_upgrade", ["sequential", "parallel"], "sequential");
  const canary = strategy === "canary";
  const tolerance = strategy === "big_bang" ? {} : { maxFailurePercentage: percentage, ...(canary && { maxFailures }) };
  const shown = {
    strategy,
    ...(canary && { canary_phases: canaryPhases, max_failures: maxFailures }),
    ...(strategy !== "big_bang" && { max_failure_percentage: percentage }),
  };
  return { strategy: { strategy, canaryPhases, rrm }, tolerance, shown };
}

const nodeOrders = ["fringe_to_center", "center_to_fringe"] as const;
