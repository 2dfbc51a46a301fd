import { HwAutomationWorld } from "./harness/hwautomation-world";
import { runScenarios } from "./harness/scenarios";
import { biosScenarios } from "./hwautomation-bios/table";

runScenarios(
  "ztp:hwautomation:BiosConfiguration",
  "plugin",
  biosScenarios,
  HwAutomationWorld.of("hwautomation:BiosConfiguration"),
);
