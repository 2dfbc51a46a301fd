import { adoption } from "./adoption";
import { basics } from "./basics";
import { changes } from "./changes";
import type { AssetScenario } from "./world";

/** Everything that a folder goes through, in both hosts. */
export const folderScenarios: readonly AssetScenario[] = [...basics, ...adoption, ...changes];
