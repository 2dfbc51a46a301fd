import { HwAutomationWorld } from "./harness/hwautomation-world";
import { runScenarios } from "./harness/scenarios";
import { firmwareScenarios } from "./hwautomation-firmware/table";

runScenarios(
  "ztp:hwautomation:FirmwareUpdate",
  "dynamic",
  firmwareScenarios,
  HwAutomationWorld.of("hwautomation:FirmwareUpdate"),
);
