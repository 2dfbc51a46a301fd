import { basics } from "./basics";
import { changing } from "./changing";
import { registering } from "./registering";
import type { ProductScenario } from "./world";

/** Everything that a product goes through, in both hosts. */
export const productScenarios: readonly ProductScenario[] = [...basics, ...registering, ...changing];
