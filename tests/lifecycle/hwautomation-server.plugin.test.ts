import { HwAutomationWorld } from "./harness/hwautomation-world";
import { runScenarios } from "./harness/scenarios";
import { recordScenarios } from "./hwautomation-server/table";

runScenarios(
  "ztp:hwautomation:ServerRecord",
  "plugin",
  recordScenarios,
  HwAutomationWorld.of("hwautomation:ServerRecord"),
);
