import { HwAutomationWorld } from "./harness/hwautomation-world";
import { runScenarios } from "./harness/scenarios";
import { firmwareScenarios } from "./hwautomation-firmware/table";

runScenarios(
  "ztp:hwautomation:FirmwareUpdate",
  "plugin",
  firmwareScenarios,
  HwAutomationWorld.of("hwautomation:FirmwareUpdate"),
);
