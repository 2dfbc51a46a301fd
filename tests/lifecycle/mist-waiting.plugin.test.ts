import { runScenarios } from "./harness/scenarios";
import { DeviceConfigWorld } from "./mist-device-config/world";
import { ObjectWorld } from "./mist-object/world";
import { limitedScenarios, patientScenarios } from "./mist-waiting/table";
import { skipWaits } from "./mist-waiting/world";

skipWaits();

runScenarios("ztp:mist:NetworkTemplate", "plugin", limitedScenarios, ObjectWorld.of("mist:NetworkTemplate"));
runScenarios("ztp:mist:AccessPoint", "plugin", patientScenarios, DeviceConfigWorld.of("mist:AccessPoint"));
