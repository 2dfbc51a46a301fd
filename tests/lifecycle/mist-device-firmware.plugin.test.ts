import { runScenarios } from "./harness/scenarios";
import { deviceFirmwareScenarios } from "./mist-device-firmware/table";
import { UpgradeWorld } from "./mist-upgrade/world";

runScenarios("ztp:mist:DeviceFirmware", "plugin", deviceFirmwareScenarios, UpgradeWorld.of("mist:DeviceFirmware"));
