import { basics } from "./basics";
import { chassisScenarios } from "./chassis";
import { faults } from "./faults";
import { importing } from "./importing";
import { previews } from "./previews";
import { variants } from "./variants";

/** Everything that many devices in one resource go through, in both hosts. */
export const inventoryScenarios = [...basics, ...previews, ...faults, ...chassisScenarios, ...importing, ...variants];
