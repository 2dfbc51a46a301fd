import { driveDaemon } from "./harness/panos-world";
import { runScenarios } from "./harness/scenarios";
import { commandScenarios, openCommands, openPaths, pathScenarios } from "./panos-control/table";

driveDaemon();

runScenarios("ztp:panos:UpgradePaths", "plugin", pathScenarios, openPaths);
runScenarios("ztp:panos:CancelCommand", "plugin", commandScenarios, openCommands);
