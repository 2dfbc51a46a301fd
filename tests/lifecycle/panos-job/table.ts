import { directoryScenarios } from "./directory";
import { faultScenarios } from "./faults";
import { lifeScenarios } from "./life";
import { otherScenarios, variantScenarios } from "./others";
import { outcomeScenarios } from "./outcomes";
import type { JobScenario } from "./world";

export const jobScenarios: readonly JobScenario[] = [
  ...lifeScenarios,
  ...outcomeScenarios,
  ...otherScenarios,
  ...faultScenarios,
  ...directoryScenarios,
  ...variantScenarios,
];
