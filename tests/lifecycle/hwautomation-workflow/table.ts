import { faultScenarios } from "./faults";
import { lifeScenarios } from "./life";
import { shippedScenarios } from "./shipped";
import type { WorkflowScenario } from "./world";

export const workflowScenarios: readonly WorkflowScenario[] = [
  ...lifeScenarios,
  ...faultScenarios,
  ...shippedScenarios,
];
