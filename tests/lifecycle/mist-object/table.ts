import { adoption } from "./adoption";
import { basics } from "./basics";
import { complaints } from "./complaints";
import { drift } from "./drift";
import { everyType } from "./every-type";
import { faults } from "./faults";
import { importing } from "./importing";
import { secrets } from "./secrets";
import { variants } from "./variants";
import type { ObjectScenario } from "./world";

/** Everything that an object of a collection goes through, in both hosts. */
export const objectScenarios: readonly ObjectScenario[] = [
  // What waits for an answer that never comes goes on beside all others.
  ...faults,
  ...basics,
  ...everyType,
  ...adoption,
  ...drift,
  ...importing,
  ...secrets,
  ...complaints,
  ...variants,
];
