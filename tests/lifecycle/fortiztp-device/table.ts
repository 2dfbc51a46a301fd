import { arriving } from "./arriving";
import { basics } from "./basics";
import { drift } from "./drift";
import { faults } from "./faults";
import { fleet } from "./fleet";
import { importing } from "./importing";
import { limits } from "./limits";
import { ownership } from "./ownership";
import { refusals } from "./refusals";
import { reprovisioning } from "./reprovisioning";
import { variants } from "./variants";
import { waiting } from "./waiting";
import type { DeviceScenario } from "./world";

/** Everything that a device goes through, in both hosts. */
export const deviceScenarios: readonly DeviceScenario[] = [
  ...basics,
  ...drift,
  ...importing,
  ...reprovisioning,
  ...ownership,
  ...waiting,
  ...arriving,
  ...fleet,
  ...faults,
  ...refusals,
  ...variants,
  ...limits,
];
