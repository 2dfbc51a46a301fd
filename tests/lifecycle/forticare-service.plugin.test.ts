import { AssetWorld, hurry } from "./forticare-folder/world";
import { serviceScenarios } from "./forticare-service/table";
import { runScenarios } from "./harness/scenarios";

hurry();

runScenarios("ztp:forticare:Service", "plugin", serviceScenarios, AssetWorld.of("forticare:Service"));
