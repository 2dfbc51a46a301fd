import { runScenarios } from "./harness/scenarios";
import { UpgradeWorld } from "./mist-upgrade/world";
import { upgradeKindScenarios } from "./mist-upgrade-kinds/table";

runScenarios("upgrade jobs of organizations", "dynamic", upgradeKindScenarios, UpgradeWorld.of("mist:OrgUpgradeJob"));
