import { runScenarios } from "./harness/scenarios";
import { configObjectScenarios } from "./mist-config-object/table";
import { hurry, ObjectWorld } from "./mist-object/world";

hurry();

runScenarios("ztp:mist:ConfigObject", "plugin", configObjectScenarios, ObjectWorld.of("mist:ConfigObject"));
