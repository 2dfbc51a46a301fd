import { basics } from "./basics";
import { faults } from "./faults";
import { outcomes } from "./outcomes";
import { variants } from "./variants";
import type { UpgradeScenario } from "./world";

/** Everything that an upgrade job of a site and its completion go through, in both hosts. */
export const upgradeScenarios: readonly UpgradeScenario[] = [...basics, ...outcomes, ...faults, ...variants];
