import { AssetWorld, hurry } from "./forticare-folder/world";
import { inputScenarios } from "./forticare-inputs/table";
import { runScenarios } from "./harness/scenarios";

hurry();

runScenarios("inputs of ztp:forticare", "plugin", inputScenarios, AssetWorld.of("forticare:Product"));
