import type { AssetScenario } from "../forticare-folder/world";
import { failing } from "./failing";
import { healthy } from "./healthy";
import { limits } from "./limits";

/** Every behaviour of FortiCare that is not the default one, in both hosts. */
export const variantScenarios: readonly AssetScenario[] = [...healthy, ...failing, ...limits];
