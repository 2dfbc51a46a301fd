import { runScenarios } from "./harness/scenarios";
import { configObjectScenarios } from "./mist-config-object/table";
import { hurry, ObjectWorld } from "./mist-object/world";

hurry();

runScenarios("ztp:mist:ConfigObject", "dynamic", configObjectScenarios, ObjectWorld.of("mist:ConfigObject"));
