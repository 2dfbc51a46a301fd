import { contractScenarios } from "./forticare-contract/table";
import { AssetWorld, hurry } from "./forticare-folder/world";
import { runScenarios } from "./harness/scenarios";

hurry();

runScenarios("ztp:forticare:Contract", "dynamic", contractScenarios, AssetWorld.of("forticare:Contract"));
