import { runScenarios } from "./harness/scenarios";
import { deviceConfigScenarios } from "./mist-device-config/table";
import { DeviceConfigWorld } from "./mist-device-config/world";
import { hurry } from "./mist-object/world";

hurry();

runScenarios("ztp:mist:AccessPoint", "plugin", deviceConfigScenarios, DeviceConfigWorld.of("mist:AccessPoint"));
