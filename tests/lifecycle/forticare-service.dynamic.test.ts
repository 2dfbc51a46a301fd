import { AssetWorld, hurry } from "./forticare-folder/world";
import { serviceScenarios } from "./forticare-service/table";
import { runScenarios } from "./harness/scenarios";

hurry();

runScenarios("ztp:forticare:Service", "dynamic", serviceScenarios, AssetWorld.of("forticare:Service"));
