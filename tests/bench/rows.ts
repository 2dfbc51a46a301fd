import type { FleetLife, FleetRun } from "./fleet-run";
import { forticareRows } from "./forticare-rows";
import { fortiztpRows } from "./fortiztp-rows";
import type { ImportRun } from "./import-run";
import { jobRows } from "./job-rows";
import type { JobsRun } from "./jobs-run";
import { mistRows } from "./mist-rows";
import type { MistRun } from "./mist-run";
import type { OneAtATime } from "./one-at-a-time";
import { pluginRows } from "./plugin-rows";
import type { StartTimes } from "./plugin-start";
import type { ProductsRun } from "./products-run";
import type { ScaledRun } from "./scaled-run";
import type { Sizes } from "./sizes";

/** What one round of measurements found; a part that no wanted row needs is not measured. */
export interface Round {
  provider?: FleetLife;
  deviceSet?: FleetLife;
  imported?: ImportRun;
  noop?: FleetRun;
  handWritten?: FleetRun;
  product?: ProductsRun;
  productSet?: ProductsRun;
  oneAtATime?: OneAtATime;
  scaled?: ScaledRun;
  mistInventory?: MistRun;
  mistClaims?: MistRun;
  mistSites?: MistRun;
  mistJob?: JobsRun;
  mistJobWithoutStream?: JobsRun;
  panosJobs?: JobsRun;
  panosLook?: number;
  workflows?: JobsRun;
  start?: StartTimes;
  checkAndDiff?: number;
  checkAndDiffOfTemplate?: number;
}

export interface Row {
  name: string;
  unit: string;
  needs: readonly (keyof Round)[];
  /** Also needs what is done with the fleet after it was made. */
  needsFinished?: boolean;
  /** Nothing where this machine cannot tell. */
  ours(round: Round): number | undefined;
  baseline?(round: Round): number | undefined;
  /** The most that is acceptable. */
  bar?: number;
}

/** All that is measured. */
export function rowsFor(sizes: Sizes): Row[] {
  return [...fortiztpRows(sizes), ...forticareRows(sizes), ...mistRows(sizes), ...jobRows(sizes), ...pluginRows(sizes)];
}
