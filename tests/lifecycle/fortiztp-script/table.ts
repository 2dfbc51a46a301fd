import { adoption } from "./adoption";
import { basics } from "./basics";
import { deletion } from "./deletion";
import { faults } from "./faults";
import { reading } from "./reading";
import { uploads } from "./uploads";
import { variants } from "./variants";
import type { ScriptScenario } from "./world";

/** Everything that a script goes through, in both hosts. */
export const scriptScenarios: readonly ScriptScenario[] = [
  ...basics,
  ...uploads,
  ...adoption,
  ...reading,
  ...deletion,
  ...faults,
  ...variants,
];
