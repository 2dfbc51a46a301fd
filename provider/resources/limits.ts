import { z } from "zod";
import { type ConfigValues, defineConfig, environmentName } from "../core/config";
import type { Service } from "../core/resource";
import { field } from "../core/shape";

/** What a device can lose: its target, or its old target for a new one. */
export type Loss = "unprovision" | "reprovision";

/** How many devices of one account a run may touch: so many, or so many of a hundred that are provisioned. */
export type Limit = { devices: number } | { percent: number };

/** A loss without a limit is free. */
export type Limits = { readonly [loss in Loss]?: Limit };

const keys: { readonly [loss in Loss]: string } = { unprovision: "maxUnprovision", reprovision: "maxReprovision" };
const forms = 'A number of devices, or a percentage such as "10%" of those that are provisioned, rounded down.';

export const limitsConfig = defineConfig({
  name: "limits",
  doc: "How much one run may do to the devices of one account before it stops. The environment always wins.",
  identity: [],
  perRun: true,
  fields: {
    maxUnprovision: field(z.union([z.int(), z.string()]).optional(), {
      doc: `How many devices one run may unprovision for good. ${forms} Default: no limit.`,
    }),
    maxReprovision: field(z.union([z.int(), z.string()]).optional(), {
      doc: `How many devices one run may unprovision to send them anew. ${forms} Default: no limit.`,
    }),
  },
});

/** The limits of one provider configuration. */
export const limits: Service<Limits> = {
  name: "limits",
  config: limitsConfig,
  create: (config) => ({ unprovision: limitOf(config, "unprovision"), reprovision: limitOf(config, "reprovision") }),
  problems: (config) =>
    Object.values(keys)
      .filter((key) => config[key] !== undefined && !parseLimit(config[key]))
      .map((key) => `ztp:limits.${key} must be a number of devices, such as 5, or a percentage from 0% to 100%`),
};

function limitOf(config: ConfigValues, loss: Loss): Limit | undefined {
  return parseLimit(config[keys[loss]]);
}

/** Undefined for what is no limit. The environment and flat stack config give texts. */
function parseLimit(value: unknown): Limit | undefined {
  const [, digits, percent] = /^\s*(\d+)\s*(%?)\s*$/.exec(String(value)) ?? [];
  const number = Number(digits);
  if (!Number.isSafeInteger(number) || (percent && number > 100)) return undefined;
  return percent ? { percent: number } : { devices: number };
}

/** What a limit comes to in a fleet of so many provisioned devices. */
export function allowedBy(limit: Limit, fleet: number): number {
  return "devices" in limit ? limit.devices : Math.floor((fleet * limit.percent) / 100);
}

export interface Excess {
  loss: Loss;
  limit: Limit;
  /** Provisioned devices when the run began; only a percentage needs it. */
  fleet: number;
  /** Devices that the run has wanted to touch so far, and those of them that it was let. */
  wanted: number;
  passed: number;
}

/** Why a run stops, and how to allow it. The engine tells the provider of a few operations at a time: there may be more. */
export function excessText({ loss, limit, fleet, wanted, passed }: Excess): string {
  const key = keys[loss];
  const percent = "percent" in limit ? ` (${limit.percent}% of ${devices(fleet, "provisioned ")})` : "";
  const left = wanted - passed;
  const before = `${passed} ${was(passed)} let through before, the other ${left} ${was(left)} not written`;
  return (
    `this run would ${loss} at least ${devices(wanted)}, and ztp:limits.${key} allows ${allowedBy(limit, fleet)}${percent}: ` +
    `${passed > 0 ? before : "none was written"}. If that is what you want, allow it for one run with the environment variable ` +
    `${environmentName("limits", key)}=${wanted}`
  );
}

function was(count: number): string {
  return count === 1 ? "was" : "were";
}

function devices(count: number, kind = ""): string {
  return `${count} ${kind}device${count === 1 ? "" : "s"}`;
}
