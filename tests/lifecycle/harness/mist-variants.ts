import type { MistVariants } from "../../../simulators";
import { streamVariants } from "../../../simulators/mist/stream/variants";
import { upgradeVariants } from "../../../simulators/mist/upgrades/variants";
import { defaultMistVariants, mistVariantSchema } from "../../../simulators/mist/variants";
import { listed } from "./fortinet-variants";

/** One behaviour of Mist that is not the default one. */
export interface OtherMistBehaviour {
  name: keyof MistVariants;
  value: unknown;
  variants: Partial<MistVariants>;
}

/** Values to try of what takes any number or text. */
const samples: { readonly [Name in keyof MistVariants]?: readonly MistVariants[Name][] } = {
  cookieSuffix: [".eu"],
  sessionMinutes: [0.5],
  rateLimit: [4],
  retryAfterSeconds: [1],
  visibilityDelayMs: [2_000],
  claimVisibilityDelayMs: [2_000],
  assignVisibilityDelayMs: [2_000],
  pageMaximum: [1],
  siteGroupWindowMs: [1],
  activationSeconds: [0],
};

/** What only a login with a password meets. */
export const signIn: ReadonlySet<keyof MistVariants> = new Set([
  ...(["cookieSuffix", "sessionMinutes", "loginBody", "wrongTwoFactor"] as const),
]);

/** What is met only when the calls of an hour are used up. */
export const limits: ReadonlySet<keyof MistVariants> = new Set(["rateLimit", "retryAfter", "retryAfterSeconds"]);

/** What only claims, assignments and profiles of devices meet. */
export const inventory: ReadonlySet<keyof MistVariants> = new Set([
  ...(["claimVisibilityDelayMs", "activationSeconds", "claimEcho", "bulkReasons", "bulkSuccess"] as const),
  ...(["bulkPartialHttp", "bulkFailedHttp", "repeatUnassign", "profileSuccess"] as const),
]);

/** What only sites meet, and only the devices at them. */
export const sites: ReadonlySet<keyof MistVariants> = new Set([
  ...(["siteGroupWrites", "siteGroupWindowMs", "deleteSiteWithDevices"] as const),
]);
export const devices: ReadonlySet<keyof MistVariants> = new Set(["deviceId", "assignVisibilityDelayMs"]);

/**
 * Every behaviour beside the default one, but for those of upgrades and of the WebSocket stream and for those that are met
 * elsewhere: a new one of the simulator is met without being named here.
 */
export function mistBehaviours(...elsewhere: readonly ReadonlySet<keyof MistVariants>[]): OtherMistBehaviour[] {
  const defaults = defaultMistVariants();
  return (Object.keys(mistVariantSchema.shape) as (keyof MistVariants)[])
    .filter((name) => !(name in upgradeVariants || name in streamVariants))
    .filter((name) => !elsewhere.some((names) => names.has(name)))
    .flatMap((name) => {
      const values = samples[name] ?? listed(mistVariantSchema.shape[name]);
      if (!values) throw new Error(`samples lacks values of the variant ${name}`);
      const others = values.filter((value) => value !== defaults[name]);
      return others.map((value) => ({ name, value, variants: { [name]: value } }));
    });
}

/** Some of them at once, each with one of its values: as few rounds as it takes to meet every value. */
export function inRounds(behaviours: readonly OtherMistBehaviour[]): Partial<MistVariants>[] {
  const rounds: Partial<MistVariants>[] = [];
  for (const { name, variants } of behaviours) {
    const free = rounds.find((round) => !(name in round));
    if (free) Object.assign(free, variants);
    else rounds.push({ ...variants });
  }
  return rounds;
}
