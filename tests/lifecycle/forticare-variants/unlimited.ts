import type { ForticareVariantChange } from "../../../simulators";
import type { AssetOptions } from "../forticare-folder/world";

/** Options of scenarios that make more calls, or errors, than their time has room for: every page is a call. */
export function unlimited(variants: ForticareVariantChange): AssetOptions {
  return {
    variants: { limits: { callsPerMinute: 0, callsPerHour: 0, errorsPerHour: 0 }, ...variants },
    config: { forticareRateLimitPerMinute: 10_000, forticareRateLimitPerHour: 10_000, forticareErrorsPerHour: 100 },
  };
}
