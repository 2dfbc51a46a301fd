import type { FirewallSeed, PanosConfig, UpgradePaths } from "./types";
import type { PanosVariants } from "./variants";

/** How the simulated PAN-OS upgrade daemon starts. What is left out gets the default world. */
export interface PanosOptions {
  /** Work directory; it is made, and what stands in it is kept. Default: a temporary one, in memory, that `close` deletes. */
  baseDir?: string;
  /** What config.json says. */
  config?: PanosConfig;
  paths?: UpgradePaths;
  /** All firewalls. */
  devices?: FirewallSeed[];
  /** Firewalls of the default world that are alike, instead of 10. Ignored when `devices` is given. */
  deviceCount?: number;
  /** Whether the daemon runs from the start. Default true. */
  running?: boolean;
  /** Behaviour that differs from the default. */
  variants?: Partial<PanosVariants>;
}
