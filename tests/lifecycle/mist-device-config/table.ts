import { basics } from "./basics";
import { variants } from "./variants";
import type { DeviceScenario } from "./world";

/** Everything that the configuration of a device goes through, in both hosts. */
export const deviceConfigScenarios: readonly DeviceScenario[] = [...basics, ...variants];
