import type { AssetScenario } from "../forticare-folder/world";
import { basics } from "./basics";
import { faults } from "./faults";

/** Everything that a licence goes through, in both hosts. */
export const licenseScenarios: readonly AssetScenario[] = [...basics, ...faults];
