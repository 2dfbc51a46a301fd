import { HwAutomationWorld } from "./harness/hwautomation-world";
import { runScenarios } from "./harness/scenarios";
import { machineScenarios } from "./hwautomation-machine/table";

runScenarios(
  "ztp:hwautomation:MaasMachine",
  "plugin",
  machineScenarios,
  HwAutomationWorld.of("hwautomation:MaasMachine"),
);
