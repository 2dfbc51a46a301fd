import { AssetWorld, hurry } from "./forticare-folder/world";
import { licenseScenarios } from "./forticare-license/table";
import { runScenarios } from "./harness/scenarios";

hurry();

runScenarios("ztp:forticare:License", "plugin", licenseScenarios, AssetWorld.of("forticare:License"));
