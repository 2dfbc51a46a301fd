import type { ForticareVariants } from "../../../simulators";
import { defaultForticareVariants, forticareVariantSchema } from "../../../simulators/fortinet/forticare/variants";
import { listed } from "../harness/fortinet-variants";

/** One behaviour of FortiCare that is not the default one. */
export interface OtherBehaviour {
  name: keyof ForticareVariants;
  value: unknown;
}

/** Values to try of what takes any number. */
const samples: { readonly [Name in keyof ForticareVariants]?: readonly ForticareVariants[Name][] } = {
  windowScale: [60],
  pageSize: [1, 2],
  visibilityDelayMs: [5_000],
  ztpDelayMs: [5_000],
};

/** How calls beyond a limit are refused. `limits` themselves are no behaviour: every scenario sets those that it needs. */
const ofLimits: ReadonlySet<keyof ForticareVariants> = new Set([
  ...(["limits", "throttleMode", "throttleEnvelopeHttp", "throttleRetryAfter", "throttledCalls"] as const),
]);

/** Every behaviour beside the default one, so that a new one of the simulator is met without being named here. */
export function behaviours(): OtherBehaviour[] {
  return names()
    .filter((name) => !ofLimits.has(name))
    .flatMap(others);
}

/** The same for what happens beyond a limit. */
export function limitBehaviours(): OtherBehaviour[] {
  return names()
    .filter((name) => ofLimits.has(name) && name !== "limits")
    .flatMap(others);
}

function names(): (keyof ForticareVariants)[] {
  return Object.keys(forticareVariantSchema.shape) as (keyof ForticareVariants)[];
}

function others(name: keyof ForticareVariants): OtherBehaviour[] {
  const values = samples[name] ?? listed(forticareVariantSchema.shape[name]);
  if (!values) throw new Error(`samples lacks values of the variant ${name}`);
  return values.filter((value) => value !== defaultForticareVariants()[name]).map((value) => ({ name, value }));
}
