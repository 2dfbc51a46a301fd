import type { FirewallSeed } from "../../../simulators/panos/types";
import { PanosWorld, type PanosWorldOptions } from "../harness/panos-world";
import type { Scenario } from "../harness/scenarios";

export { panosDevices, panosSerial } from "../../../simulators";

export type JobScenario = Scenario<PanosWorld, PanosWorldOptions>;

/** Firewalls that are not as they are by default, by serial. */
export type FirewallChange = { readonly [serial: string]: Partial<FirewallSeed> };

export const openJobs = PanosWorld.of("panos:UpgradeJob");
