import { folderScenarios } from "./forticare-folder/table";
import { AssetWorld, hurry } from "./forticare-folder/world";
import { runScenarios } from "./harness/scenarios";

hurry();

runScenarios("ztp:forticare:Folder", "plugin", folderScenarios, AssetWorld.of("forticare:Folder"));
