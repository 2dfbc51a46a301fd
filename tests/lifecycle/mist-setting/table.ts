import { basics } from "./basics";
import { faults } from "./faults";
import { organization } from "./organization";
import type { SettingScenario } from "./world";

/**
 * Everything that settings go through, in both hosts; what they meet of other behaviours is among that of sites. What waits
 * for an answer that never comes is first, and goes on beside all others.
 */
export const settingScenarios: readonly SettingScenario[] = [...faults, ...basics, ...organization];
