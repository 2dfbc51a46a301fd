import { runScenarios } from "./harness/scenarios";
import { DeviceConfigWorld } from "./mist-device-config/world";
import { ObjectWorld } from "./mist-object/world";
import { limitedScenarios, patientScenarios } from "./mist-waiting/table";
import { skipWaits } from "./mist-waiting/world";

skipWaits();

runScenarios("ztp:mist:NetworkTemplate", "dynamic", limitedScenarios, ObjectWorld.of("mist:NetworkTemplate"));
runScenarios("ztp:mist:AccessPoint", "dynamic", patientScenarios, DeviceConfigWorld.of("mist:AccessPoint"));
