import { basics } from "./basics";
import { faults } from "./faults";

/** Everything that assignments of devices to sites go through, in both hosts. */
export const assignmentScenarios = [...basics, ...faults];
