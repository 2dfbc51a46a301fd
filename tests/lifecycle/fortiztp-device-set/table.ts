import { basics } from "./basics";
import { drift } from "./drift";
import { faults } from "./faults";
import { fleet } from "./fleet";
import { importing } from "./importing";
import { interruptions } from "./interruptions";
import { moves } from "./moves";
import { partial } from "./partial";
import { partialUpdates } from "./partial-updates";
import { previews } from "./previews";
import { secrets } from "./secrets";
import { variants } from "./variants";
import { waiting } from "./waiting";
import type { SetScenario } from "./world";

/** Everything that a set of devices goes through, in both hosts. */
export const setScenarios: readonly SetScenario[] = [
  ...basics,
  ...drift,
  ...importing,
  ...moves,
  ...previews,
  ...partial,
  ...partialUpdates,
  ...interruptions,
  ...faults,
  ...waiting,
  ...secrets,
  ...fleet,
  ...variants,
];
