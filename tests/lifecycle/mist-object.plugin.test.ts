import { runScenarios } from "./harness/scenarios";
import { objectScenarios } from "./mist-object/table";
import { hurry, ObjectWorld } from "./mist-object/world";

hurry();

runScenarios("ztp:mist:NetworkTemplate", "plugin", objectScenarios, ObjectWorld.of("mist:NetworkTemplate"));
