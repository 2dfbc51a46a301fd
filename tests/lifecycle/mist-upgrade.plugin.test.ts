import { runScenarios } from "./harness/scenarios";
import { upgradeScenarios } from "./mist-upgrade/table";
import { UpgradeWorld } from "./mist-upgrade/world";

runScenarios("ztp:mist:UpgradeJob", "plugin", upgradeScenarios, UpgradeWorld.of("mist:UpgradeJob"));
