import { adoption } from "./adoption";
import { basics } from "./basics";
import { deletion } from "./deletion";
import { faults } from "./faults";
import { reading } from "./reading";
import { scripts } from "./scripts";
import { variants } from "./variants";
import type { ManagerScenario } from "./world";

/** Everything that a FortiManager entry goes through, in both hosts. */
export const managerScenarios: readonly ManagerScenario[] = [
  ...basics,
  ...scripts,
  ...adoption,
  ...reading,
  ...deletion,
  ...faults,
  ...variants,
];
