import { basics } from "./basics";
import { faults } from "./faults";

/** Everything that claims of devices go through, in both hosts. */
export const claimScenarios = [...basics, ...faults];
