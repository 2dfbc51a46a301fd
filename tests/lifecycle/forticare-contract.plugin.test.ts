import { contractScenarios } from "./forticare-contract/table";
import { AssetWorld, hurry } from "./forticare-folder/world";
import { runScenarios } from "./harness/scenarios";

hurry();

runScenarios("ztp:forticare:Contract", "plugin", contractScenarios, AssetWorld.of("forticare:Contract"));
