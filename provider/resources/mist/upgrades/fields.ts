import { z } from "zod";
import { deviceIdOf, isMac, isUuid, normalizeMac, normalizeUuid } from "../../../clients/mist/normal";
import type { StageCounts, UpgradeView } from "../../../clients/mist/upgrades";
import type { Rule } from "../../../core/check";
import { type Fields, field } from "../../../core/shape";
import { hasUnknown, type Value } from "../../../core/values";

/** What the kinds of upgrade jobs have in common. All inputs stand under the names of the API where that differs. */

const percent = z.int().min(0).max(100);
const epoch = z.int().min(0).max(9_999_999_999, "must be in seconds since 1970, not in milliseconds");

/** The id of a device, or its MAC address, which is the same. */
export function idOfDevice(text: string): string {
  if (isMac(text)) return deviceIdOf(text);
  const [, mac] = /^00000000-0000-0000-[01]000-([0-9a-f]{12})$/.exec(normalizeUuid(text)) ?? [];
  return mac === undefined ? normalizeUuid(text) : deviceIdOf(mac);
}

export function macOfDevice(text: string): string {
  return normalizeMac(idOfDevice(text).slice(-12));
}

export const deviceText = z
  .string()
  .refine((text) => isMac(text) || isUuid(text), "must be the id of a device or its MAC address");

const ruleKey = /^match_(?:name|model)(?:\[\d+:\d+\])?$/;

/** By what devices are chosen, besides their ids. */
export const chosenBy = {
  models: field(z.array(z.string().min(1)).min(1).optional(), {
    doc: "The devices of these models, such as AP45.",
    unordered: true,
  }),
  rules: field(z.array(z.record(z.string(), z.string())).min(1).optional(), {
    doc:
      "The devices that match one of these: `match_name`, `match_model`, or a part of either such as `match_name[0:3]` (from " +
      'the first letter to before the fourth), each with the text that it must be, as in `{ "match_name[0:3]": "lab" }`. ' +
      "All of one rule must match.",
  }),
} satisfies Fields;

export const rulesRule: Rule<{ rules?: { [key: string]: string }[] }> = {
  needs: ["rules"],
  check: ({ rules = [] }) =>
    rules.flatMap((rule, index) => {
      const keys = Object.keys(rule);
      const path = `rules[${index}]`;
      if (keys.length === 0) return [{ path, message: "must match something: it would choose every device" }];
      return keys
        .filter((key) => !ruleKey.test(key))
        .map((key) => ({
          path,
          message: `${key} is none of match_name, match_model and parts such as match_name[0:3]`,
        }));
    }),
};

/** How a job takes its devices. */
export const rollout = {
  canaryPhases: field(z.array(percent.min(1)).min(1).optional(), {
    doc: "For canary: the share of the devices that is through after each phase, in percent. Default: 1, 10, 50, 100.",
    wire: "canary_phases",
  }),
  maxFailurePercentage: field(percent.optional(), {
    doc: "The share of failed devices, in percent, beyond which the job stops, but for big_bang. Default: 5.",
    wire: "max_failure_percentage",
  }),
  maxFailures: field(z.array(z.int().min(0)).optional(), {
    doc: "For canary, in place of the share: how many devices may fail in each phase.",
    wire: "max_failures",
  }),
} satisfies Fields;

/** How access points hand an image on, and in which order they are taken. */
export const forAccessPoints = {
  enableP2p: field(z.boolean().optional(), {
    doc: "Access points load the image from each other. Default: false.",
    wire: "enable_p2p",
  }),
  p2pClusterSize: field(z.int().min(0).optional(), {
    doc: "With enableP2p: how many access points share one. Default: 10.",
    wire: "p2p_cluster_size",
  }),
  p2pParallelism: field(z.int().min(1).optional(), {
    doc: "With enableP2p: how many of them load at once. Default: 1.",
    wire: "p2p_parallelism",
  }),
  rrmFirstBatchPercentage: field(percent.optional(), {
    doc: "For rrm: the first batch, in percent. Default: as Mist has it.",
    wire: "rrm_first_batch_percentage",
  }),
  rrmMaxBatchPercentage: field(percent.optional(), {
    doc: "For rrm: the largest batch, in percent. Default: as Mist has it.",
    wire: "rrm_max_batch_percentage",
  }),
  rrmMeshUpgrade: field(z.enum(["sequential", "parallel"]).optional(), {
    doc: "For rrm: how access points of a mesh are taken. Default: sequential.",
    wire: "rrm_mesh_upgrade",
  }),
  rrmNodeOrder: field(z.enum(["fringe_to_center", "center_to_fringe"]).optional(), {
    doc: "For rrm: which access points are taken first. Default: fringe_to_center.",
    wire: "rrm_node_order",
  }),
  rrmSlowRamp: field(z.boolean().optional(), {
    doc: "For rrm: batches grow slowly. Default: false.",
    wire: "rrm_slow_ramp",
  }),
} satisfies Fields;

export const times = {
  startTime: field(epoch.optional(), {
    doc: "When downloads begin, in seconds since 1970. Default: at once.",
    wire: "start_time",
  }),
  rebootAt: field(epoch.optional(), {
    doc: "When switches and gateways reboot, in seconds since 1970, with reboot. Default: startTime.",
    wire: "reboot_at",
  }),
} satisfies Fields;

export const reboots = {
  reboot: field(z.boolean().optional(), {
    doc:
      "Whether switches and gateways reboot, without which they go on running what they run. Access points always do. " +
      "Default: false.",
  }),
  snapshot: field(z.boolean().optional(), {
    doc: "Whether switches and gateways take a recovery snapshot after the reboot. Default: false.",
  }),
} satisfies Fields;

interface Rollout {
  strategy?: string;
  rebootStrategy?: string;
  canaryPhases?: number[];
  maxFailures?: number[];
}

/** What belongs to a strategy that was not chosen would be left out by Mist in silence. */
export const rolloutRules: readonly Rule<Rollout>[] = [
  {
    needs: ["canaryPhases"],
    check: ({ canaryPhases = [] }) =>
      canaryPhases.some((phase, index) => index > 0 && phase <= (canaryPhases[index - 1] as number))
        ? { path: "canaryPhases", message: "must grow from phase to phase" }
        : undefined,
  },
  {
    needs: ["canaryPhases", "maxFailures"],
    check({ canaryPhases = [1, 10, 50, 100], maxFailures }) {
      if (!maxFailures || maxFailures.length === canaryPhases.length) return undefined;
      const message = `must have a number for each of the ${canaryPhases.length} phases`;
      return { path: "maxFailures", message };
    },
  },
  {
    needs: ["strategy", "rebootStrategy", "canaryPhases", "maxFailures"],
    check: ({ strategy, rebootStrategy, canaryPhases, maxFailures }) =>
      strategy !== "canary" && rebootStrategy !== "canary" && (canaryPhases || maxFailures)
        ? "canaryPhases and maxFailures are for the strategy canary"
        : undefined,
  },
];

/** What a job tells once Mist has accepted it. */
export const jobOutputs = {
  upgradeId: field(z.string(), { doc: "The id of the job in Mist.", stable: true }),
  status: field(z.string(), {
    doc: "In the words of Mist: created, queued, downloading, downloaded, upgrading, completed, failed, cancelled and others.",
  }),
  resolvedVersion: field(z.string().optional(), {
    doc: "The version that its devices get, as Mist tells it. Absent where they get different ones.",
  }),
  startsAt: field(z.number().optional(), { doc: "When downloads begin, in seconds since 1970." }),
  rebootsAt: field(z.number().optional(), { doc: "When switches and gateways reboot, in seconds since 1970." }),
  currentPhase: field(z.int().optional(), { doc: "The phase that it is at; 1 is the first." }),
  upgradePlan: field(z.array(z.array(z.string())), { doc: "The MAC addresses of each phase, where Mist tells them." }),
  total: field(z.int(), { doc: "How many devices it has." }),
  counts: field(z.record(z.string(), z.int()), {
    doc:
      "How many devices are at each stage: scheduled, downloadRequested, downloading, downloaded, upgrading, " +
      "rebootInProgress, rebooted, upgraded, skipped, failed. Stages without any are left out.",
  }),
} satisfies Fields;

export function jobOutputsOf(view: UpgradeView) {
  const { key, status, targetVersion, startTime, rebootAt, currentPhase, plan, total, counts } = view;
  return {
    upgradeId: key.id,
    status,
    resolvedVersion: targetVersion,
    startsAt: startTime,
    rebootsAt: rebootAt,
    currentPhase,
    upgradePlan: plan.map((macs) => [...macs]),
    total,
    counts: countsOf(counts),
  };
}

/** Whether nothing of it is still to come in a preview. */
export function areKnown(...values: unknown[]): boolean {
  return !hasUnknown(values as Value[]);
}

export function countsOf(counts: StageCounts): { [stage: string]: number } {
  return { ...counts };
}
