import { driveDaemon } from "./harness/panos-world";
import { runScenarios } from "./harness/scenarios";
import { openSets, setScenarios } from "./panos-set/table";

driveDaemon();

runScenarios("ztp:panos:UpgradeJobSet", "plugin", setScenarios, openSets);
